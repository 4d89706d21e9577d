// What the page says of work that takes long, in Chinese and in English, as in i18n.js.

export const WORDS = {
  "progress.label": ["进度", "Progress"],
  "progress.stop": ["停止", "Stop"],
  "progress.stopping": ["正在停止…", "Stopping…"],
  "progress.stopped": ["已停止", "Stopped"],
  "progress.waiting": ["正在等候…", "Waiting for its turn…"],
  "progress.sending": ["正在传文件", "Sending the file"],
  "progress.opening": ["正在打开文件", "Opening the file"],
  "progress.rows": ["正在逐行读取", "Reading row by row"],
  "progress.comparing": ["正在找几乎相同的行", "Looking for rows that say almost the same"],
  "progress.saving": ["正在保存", "Saving"],
  "progress.ranking": ["正在逐条比对", "Comparing entry by entry"],
  "progress.explaining": ["正在写明依据", "Writing down the reasons"],
  "progress.reading": ["正在读取改动", "Reading what has changed"],
  "progress.analyzing": ["正在分词断句", "Splitting texts into words and sentences"],
  "progress.embedding": ["正在理解每句话的意思", "Working out what each sentence means"],
  "progress.indexing": ["正在建立索引", "Building the index"],
  "progress.percent": ["{n}%", "{n}%"],
  "progress.sofar": ["已有 {n} 行", "{n} rows so far"],
  "progress.left.seconds": ["约剩 {n} 秒", "about {n} s left"],
  "progress.left.minutes": ["约剩 {n} 分钟", "about {n} min left"],
  "progress.file": ["正在生成 {name}", "Making {name}"],
  "progress.file.done": ["已下载 {name}", "{name} is downloaded"],
};

export const NAMES = {};
