// The sections of China's industrial classification (GB/T 4754—2017, 国民经济行业分类), and the words by
// which lists name fields that belong to them. Lists write fields freely (社区养老, 跨境B2B): a word found in
// such a name tells its section. Tourism is counted with culture, as districts count it.

/** Sections by letter, in the standard's order, each with its words: ["A", "words words"]. */
const SECTIONS = [
  ["A", "农业 农村 种植 养殖 果树 畜牧 渔业 林业 植保 花卉 茶叶 农产品 设施农业"],
  ["B", "采矿 矿山 矿产 油气田"],
  ["C", "制造 工业 装备 机械 机床 模具 注塑 五金 电镀 化工 化妆品 纺织 印染 服装 家纺 制衣 皮革 食品 食品机械 加工 建材 金属 汽车 零部件 家电 智能硬件 设备 医疗器械 环保设备 半导体 芯片 电子产品 电子元件 蓄电池 机器人 造纸 印刷 包装 家具 玩具 工艺品 产线 品质管理 孔探"],
  ["D", "电力 用电 供电 发电 能源 储能 光伏 风电 充电 能效 能耗 节能 电厂 燃气 供热 供水 水务 节水 排水 污水 公用事业"],
  ["E", "建筑 建造 施工 工程 装修 装饰 桥梁 隧道 道路建设 基础设施 无障碍 改造 水利工程"],
  ["F", "零售 批发 商贸 外贸 贸易 进出口 出口 跨境 电商 团购 商户 便利店 超市 消费 大宗商品 老字号 二手 二手设备 选品 商业选址"],
  ["G", "物流 运输 货运 航运 航空 港口 仓储 冷链 冷库 快递 配送 货代 报关 关务 海外仓 交通 出行 停车 铁路"],
  ["H", "餐饮 食堂 食材 酒店 住宿 民宿 咖啡 茶饮 烘焙 火锅"],
  ["I", "软件 软体 信息化 信息系统 系统集成 系统开发 数字化 数字化改造 监控 信息技术 信息安全 网络安全 互联网 数据 数据治理 算力 人工智能 智能安全 嵌入式 机器视觉 视觉识别 语音 物联网 机房 游戏 动画 动漫 新媒体 直播 短视频 视频 音频 配音 数字内容 办公自动化 知识管理 社群 区块链 通信"],
  ["J", "金融 银行 保险 信贷 贷款 融资 担保 证券 基金 支付"],
  ["K", "房产 地产 物业 楼宇 城市更新 住房"],
  ["L", "文印 法律 法务 合规 劳动法 劳动仲裁 律师 知识产权 专利 商标 版权 人力资源 就业 劳务 咨询 企业服务 企业费控 财务 财税 会计 广告 营销 宣传 文案 文字服务 翻译 本地化 会展 会务 活动策划 招商 招投标 租赁 场地 创业 园区 安防 安保 保安 客服 客户服务 社会调查 办公 旅行社 代办 采购服务 上市公司 国有企业 行业协会"],
  ["M", "科研 研究 科技 成果转化 生命科学 论文 设计 勘察 测绘 遥感 检测 质检 监理 巡检 检验 标准化 科普 实验室 插画 文创"],
  ["N", "水利 防汛 大气治理 环保 环境 环卫 垃圾 固废 大气 生态 碳管理 双碳 回收 市政 城市管理 园林 绿化 景观 自然资源 海洋"],
  ["O", "家政 生活服务 本地生活 社区服务 美容 美发 推拿 按摩 宠物 宠物医疗 摄影 汽修 维修 售后 婚庆 殡葬 厨卫"],
  ["P", "教育 教学 培训 教培 学校 高校 家校 学前 幼儿 升学 考试 教研 知识付费"],
  ["Q", "医疗 医院 医学 中医 医药 医美 药品 公共卫生 卫生 健康 体检 康复 康养 口腔 护理 养老 长者 适老 居家 心理 营养 托育 残疾"],
  ["R", "文化 文旅 旅游 观光 景区 休闲 文博 文物 文史 博物馆 非遗 古籍 档案 图书 童书 阅读 出版 媒资 融媒体 广播 电视 影视 短剧 电影 演出 演艺 戏曲 音乐 体育 棋类 艺术 资讯 夜间经济"],
  ["S", "政务 政府 政策 补贴 治理 基层 网格 街道 信访 调解 司法 法律援助 民政 社区 监管 行政 应急 消防 安全 统计 公益 医疗保障 社会组织 慈善"],
];

/** Letters of the sections. */
export const LETTERS = SECTIONS.map(([letter]) => letter);

/** Characters that are written otherwise in traditional lists, before what the words above have. */
const WRITTEN = "農农業业漁渔裝装備备機机織织紡纺製制妝妆車车電电氣气熱热環环築筑設设計计貿贸進进銷销運运輸输貨货倉仓儲储鏈链遞递報报關关務务飲饮軟软訊讯數数據据語语遊游動动畫画體体頻频視视網网絡络銀银險险貸贷資资擔担證证產产樓楼權权識识譯译諮咨詢询會会廣广標标專专檢检測测圖图醫医療疗藥药衛卫養养護护長长學学訓训試试書书閱阅讀读檔档戲戏藝艺觀观館馆遺遗劇剧應应監监訪访調调區区鄉乡營营維维寵宠團团購购戶户補补貼贴勞劳財财稅税創创園园實实驗验協协";
const simplified = new Map([...WRITTEN].flatMap((character, at, all) => (at % 2 ? [] : [[character, all[at + 1]]])));

/** Every word with the letter of its section. */
export const SECTION_WORDS = SECTIONS.flatMap(([letter, listed]) => listed.split(" ").map((word) => [word, letter]));

/**
 * The section of a field's name, null when no word tells: the word that ends last, as what
 * a Chinese name is about stands at its end (农业保险 is insurance), and of those the longest.
 */
export function sectionOf(name) {
  const written = [...name].map((character) => simplified.get(character) ?? character).join("");
  let best = null;
  for (const [word, letter] of SECTION_WORDS) {
    const at = written.lastIndexOf(word);
    if (at < 0) continue;
    const end = at + word.length;
    if (!best || end > best.end || (end === best.end && word.length > best.long)) best = { end, long: word.length, letter };
  }
  return best?.letter ?? null;
}
