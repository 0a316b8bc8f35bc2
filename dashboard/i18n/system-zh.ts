// The words of the system page in Chinese. This file is the type; English has the same shape.

export type TileName =
  | "frames"
  | "devices"
  | "refused"
  | "upstream"
  | "readings"
  | "lag"
  | "backlog"
  | "journal"
  | "disk"
  | "history"
  | "state"
  | "damaged"
  | "ledger"
  | "quarantine"
  | "screens"
  | "version";

export interface RunbookEntry {
  readonly means: string;
  readonly steps: readonly string[];
}

const tiles: Record<TileName, string> = {
  frames: "接收帧速率",
  devices: "在线设备连接",
  refused: "入口拒绝",
  upstream: "外部 MQTT",
  readings: "处理数据速率",
  lag: "处理延迟",
  backlog: "待处理条目",
  journal: "日志占用",
  disk: "磁盘可用天数",
  history: "历史库",
  state: "状态库",
  damaged: "日志损坏条目",
  ledger: "收发账目",
  quarantine: "未处理的隔离数据",
  screens: "在线画面",
  version: "版本",
};

const runbook: Record<TileName, RunbookEntry> = {
  frames: {
    means: "每秒应答的帧数，按入口分列。应答即已落盘。",
    steps: ["突然为零：看“在线设备连接”和“日志占用”，再看网络。", "明显升高：在账目页按站点排序，找出多发的设备。"],
  },
  devices: {
    means: "当前保持 MQTT 连接的设备数。",
    steps: [
      "同时大量下降：先查网络和端口，再看日志是否写满（写满时不应答，设备会断开重连）。",
      "个别设备：在总览筛选“中断”。",
    ],
  },
  refused: {
    means: "在入口被拒绝的连接、报文和订阅（口令错误、越权主题、过大等）。设备日常会产生少量。",
    steps: [
      "持续升高：在服务器日志中找 refused at the MQTT door，按 site 和 reason 处理。",
      "口令错误：为该站点重新签发口令。",
    ],
  },
  upstream: {
    means: "对外部 MQTT 服务器（Mosquitto、EMQX）的订阅。消息落盘后才应答；断开期间的消息由对方的会话队列保留。",
    steps: [
      "未连接：看下方给出的原因。口令、权限或证书错误在对方服务器和 UPSTREAM_MQTT_… 设置中改正。",
      "断开时间长：检查对方队列的上限（Mosquitto 的 max_queued_messages），超出部分由对方丢弃，不在本系统账内。",
      "待落盘持续很多：看“日志占用”和“处理延迟”。",
    ],
  },
  readings: {
    means: "每秒处理完的数据条数，按结果分列：入库、隔离、重复。",
    steps: ["为零而接收帧不为零：处理停滞，看“处理延迟”。", "隔离变多：看隔离页的原因。"],
  },
  lag: {
    means: "日志里最早一条未处理条目的年龄。超过阈值时告警不再及时，系统会报一级告警。",
    steps: [
      "看“待处理条目”是否下降：下降即正在追上，等待即可。",
      "不下降：看服务器日志 ingest failed；处理角色会自动重启，出错的帧进入隔离。",
      "设备侧数据不丢：日志仍在应答。",
    ],
  },
  backlog: {
    means: "已落盘、尚未处理的日志条目数。",
    steps: ["升级或重启后短时升高是正常的。", "持续上升：负载超过处理能力，减少多发设备或换更快的机器。"],
  },
  journal: {
    means:
      "处理角色还需读取的日志段大小，与其上限（JOURNAL_BYTES_MAX）比较；未设上限时以磁盘为限。到达上限即停止应答，不覆盖旧数据。",
    steps: [
      "接近上限：先看“处理延迟”，追上后自动下降。",
      "停止应答：腾出磁盘空间或调高 JOURNAL_BYTES_MAX，会自动恢复。",
    ],
  },
  disk: {
    means: "按数据目录近来的增长推算，磁盘还能写多少天。至少观察 15 分钟才给出。",
    steps: [
      "扩大磁盘，或迁移 DATA_DIR。",
      "需要时设置 JOURNAL_ARCHIVE_DAYS，只保留若干天的原始帧（原始帧是证据，先备份）。",
    ],
  },
  history: {
    means: "历史库是否在接收数据。落后时告警照常，欠写的数据留在日志里，恢复后自动补写。",
    steps: [
      "读服务器日志中该行的 hint。",
      "InfluxDB：确认服务在运行、磁盘未满、账号有效。",
      "等待 history has caught up。",
    ],
  },
  state: {
    means: "状态库（站点、限值、告警、账目）是否在接收数据。不可用时人工操作会被告知稍后生效。",
    steps: ["检查磁盘空间和 DATA_DIR 权限。", "读服务器日志中 the store takes nothing 一行的 hint。"],
  },
  damaged: {
    means: "已应答但读不出的日志条目。正常为 0；不为 0 说明磁盘丢失或改变了字节。",
    steps: ["先复制 DATA_DIR/journal 留证，再检查磁盘。", "服务器日志列出条目编号；受影响的时段向设备要求补传。"],
  },
  ledger: {
    means: "应答的帧 = 入库 + 隔离 + 重复 + 处理中。不平说明有帧下落不明。",
    steps: ["打开账目页，按天和站点找差额。", "保留 DATA_DIR，记录编号后报告给维护方。"],
  },
  quarantine: {
    means: "被拒收、尚未决定的帧和数据。原始字节都在。",
    steps: ["打开隔离页，按原因处理：修设备、登记站点，然后重新处理；无用的驳回。"],
  },
  screens: {
    means: "打开的实时连接数，其中较慢的（服务器为其合并读数，告警不合并）。",
    steps: ["较慢的画面：查该机器和网络。", "被拒绝的连接增多：是否有页面反复重连。"],
  },
  version: { means: "正在运行的程序版本。", steps: ["升级前按 docs/operations.md 备份。"] },
};

export const systemZh = {
  title: "系统健康",
  load: "载入系统健康",
  asOf: (at: string) => `截至 ${at}`,
  stale: (age: string) => `${age}没有新的应答，以下为旧数据`,
  partial: (names: string) => `部分来源没有应答：${names}。相应数字显示为“不可知”。`,
  sources: { broker: "接入", ingest: "处理", disk: "磁盘" },
  well: "一切正常",
  wellTitle: "没有任何一项超过阈值，也没有系统告警",
  attention: (n: number) => `${n} 项需要注意`,
  alarms: "系统告警",
  noAlarms: "没有系统告警",
  allAlarms: "告警台",
  conditions: "当前不正常的状态（持续 5 秒后成为告警）",
  since: (at: string) => `自 ${at}`,
  groups: { intake: "接收", processing: "处理", stores: "存储", accounts: "账目与证据", screens: "画面" },
  states: { ok: "正常", look: "注意", bad: "异常", unknown: "不可知" },
  tiles,
  threshold: (text: string) => `阈值 ${text}`,
  noThreshold: "无阈值",
  lineTitle: (name: string, minutes: number) => `${name}，最近 ${minutes} 分钟`,
  collecting: "正在收集，离开本页不再记录",
  whatToDo: "处理步骤",
  open: "打开",
  yes: "正常",
  no: "异常",
  balanced: "平衡",
  unbalanced: "不平",
  catchingUp: "补写中",
  unknown: "不可知",
  noAnswer: "该来源没有应答",
  perSecond: "/秒",
  seconds: "秒",
  days: "天",
  entries: "条",
  doors: { mqtt: "MQTT", mqtts: "MQTT TLS", http: "HTTP", hj212: "HJ 212", upstream: "外部" } as Record<string, string>,
  connected: "已连接",
  away: "未连接",
  upstreamLine: (version: string, frames: string, waiting: string) =>
    `MQTT ${version}，已收 ${frames} 帧，待落盘 ${waiting}`,
  upstreamSince: (age: string) => `持续 ${age}`,
  upstreamRefused: (count: string) => `拒绝 ${count} 条`,
  outcomes: { stored: "入库", quarantined: "隔离", duplicate: "重复" } as Record<string, string>,
  refusals: {
    "bad-credentials": "口令或身份",
    "locked-out": "暂时锁定",
    "not-ready": "尚未就绪",
    "certificate-untrusted": "证书不受信任",
    "certificate-expired": "证书过期",
    "certificate-revoked": "证书已吊销",
    "certificate-unknown": "证书未登记",
    "certificate-wrong-name": "证书名称不符",
    "tls-failed": "TLS 握手失败",
    "foreign-topic": "越权主题",
    "foreign-subscription": "越权订阅",
    "too-large": "过大",
    "too-many-connections": "连接过多",
    "too-many-subscriptions": "订阅过多",
    "slow-reader": "接收过慢",
    malformed: "报文格式错误",
    "bad-text": "非法字符",
    "bad-topic": "非法主题",
    "bad-connect": "登录报文错误",
    "bad-client-id": "客户端标识",
    "unsupported-version": "协议版本",
    "out-of-turn": "报文次序错误",
    "bad-websocket": "WebSocket 不符",
    "session-full": "会话积压已满",
  } as Record<string, string>,
  sinceStart: (n: string) => `启动以来 ${n}`,
  archive: (bytes: string) => `含档案共 ${bytes}`,
  diskBound: "以磁盘为限",
  ofBound: (bytes: string) => `上限 ${bytes}`,
  free: (free: string, all: string) => `可用 ${free} / ${all}`,
  growth: (bytes: string, forText: string) => `每天 +${bytes}（按最近 ${forText}）`,
  noGrowth: (forText: string) => `最近 ${forText}没有增长`,
  measuring: (forText: string) => `测量中，已观察 ${forText}`,
  daysMany: "> 999",
  slow: (n: string) => `较慢 ${n}`,
  screensRefused: (n: string) => `被拒绝 ${n}`,
  lessThan: (text: string) => `< ${text}`,
  moreThan: (text: string) => `> ${text}`,
  must: (text: string) => `须为 ${text}`,
  runbookTitle: "处理手册",
  runbookNote: "服务器日志各行的含义、备份和恢复见安装目录 docs/operations.md。",
  runbook,
};
