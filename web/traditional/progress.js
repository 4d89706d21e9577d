// What the page says of work that takes long, in traditional characters. Keys as in
// components/progress/vocabulary.js.

export const WORDS = {
  "progress.label": "進度",
  "progress.stop": "停止",
  "progress.stopping": "正在停止…",
  "progress.stopped": "已停止",
  "progress.waiting": "正在等候…",
  "progress.sending": "正在傳檔案",
  "progress.opening": "正在開啟檔案",
  "progress.rows": "正在逐列讀取",
  "progress.comparing": "正在找幾乎相同的列",
  "progress.saving": "正在儲存",
  "progress.ranking": "正在逐筆比對",
  "progress.explaining": "正在寫明依據",
  "progress.reading": "正在讀取改動",
  "progress.analyzing": "正在分詞斷句",
  "progress.embedding": "正在理解每句話的意思",
  "progress.indexing": "正在建立索引",
  "progress.percent": "{n}%",
  "progress.sofar": "已有 {n} 列",
  "progress.left.seconds": "約剩 {n} 秒",
  "progress.left.minutes": "約剩 {n} 分鐘",
  "progress.file": "正在產生 {name}",
  "progress.file.done": "已下載 {name}",
};

export const NAMES = {};
