// The words of requests to devices in Chinese. This file is the type; English has the same shape. Names of commands, of answers
// and of results: tables 9, 7 and 6 of HJ 212-2017; what is only in HJ 212-2025 after public implementations of it.

import type { RequestOrigin, RequestState } from "#domain/device-request.ts";

const states: Record<RequestState, string> = {
  waiting: "等待设备",
  sent: "已发出",
  accepted: "设备已受理",
  done: "完成",
  failed: "执行失败",
  refused: "设备拒绝",
  unanswered: "无应答",
  expired: "已过期",
  withdrawn: "已撤回",
};
const origins: Record<RequestOrigin, string> = {
  person: "人工",
  "set-up": "首次接入设置",
  time: "校时",
  gap: "补数",
};
const commands: Readonly<Record<string, string>> = {
  "1000": "设置超时时间及重发次数",
  "1002": "下发设备唯一标识 MN（2025）",
  "1011": "提取现场机时间",
  "1012": "设置现场机时间",
  "1014": "更换密钥（2025）",
  "1061": "提取实时数据间隔",
  "1062": "设置实时数据间隔",
  "1063": "提取分钟数据间隔",
  "1064": "设置分钟数据间隔",
  "1072": "设置现场机访问密码",
  "2011": "取污染物实时数据",
  "2012": "停止察看污染物实时数据",
  "2013": "取原始监测数据（2025）",
  "2021": "取设备运行状态数据",
  "2022": "停止察看设备运行状态",
  "2031": "取污染物日历史数据",
  "2041": "取设备运行时间日历史数据",
  "2051": "取污染物分钟数据",
  "2052": "取噪声单次测量数据（2025）",
  "2061": "取污染物小时数据",
  "2062": "取自动标样核查数据（2025）",
  "3011": "零点校准、量程校准",
  "3012": "即时采样",
  "3013": "启动清洗、反吹",
  "3014": "比对采样",
  "3015": "超标留样",
  "3016": "设置采样时间周期",
  "3017": "提取采样时间周期",
  "3018": "提取出样时间",
  "3019": "提取设备唯一标识",
  "3020": "提取现场机信息",
  "3021": "设置现场机参数",
  "3022": "即时留样（2025）",
  "3024": "启动标样核查（2025）",
};
const settings: Readonly<Record<string, string>> = {
  OverTime: "超时时间（秒）",
  ReCount: "重发次数",
  MN: "设备唯一标识 MN",
  "i23005-Info": "数采仪编号（i23005）",
  PolId: "监测因子",
  SystemTime: "系统时间",
  SKCreateTime: "密钥生成时间",
  NewSK: "新密钥",
  RtdInterval: "实时数据间隔（秒）",
  MinInterval: "分钟数据间隔（分钟）",
  NewPW: "新访问密码",
  BeginTime: "开始时间",
  EndTime: "结束时间",
  CstartTime: "采样起始时间（时分秒）",
  Ctime: "采样周期（小时）",
  InfoId: "现场端信息编码",
  Info: "参数值",
  QnRtn: "请求应答",
  ExeRtn: "执行结果",
  Stime: "出样时间（分钟）",
  VaseNo: "留样瓶号",
  packets: "收到数据包",
};
const information: Readonly<Record<string, string>> = {
  i11001: "在线监测仪器仪表运行日志",
  i12001: "工作状态",
  i12002: "与数采仪通信状态",
  i12003: "报警状态",
  i13001: "测量量程",
  i13002: "测量精度",
  i13003: "测量间隔",
  i13004: "消解温度",
  i13005: "消解时长",
  i13006: "校准时间",
  i13007: "截距",
  i13008: "斜率",
  i13009: "测量检出限",
  i21001: "数采仪运行日志",
  i22001: "数采仪工作状态",
};
const requestAnswers: Readonly<Record<string, string>> = {
  "1": "准备执行请求",
  "2": "请求被拒绝",
  "3": "PW 错误",
  "4": "MN 错误",
  "5": "ST 错误",
  "6": "Flag 错误",
  "7": "QN 错误",
  "8": "CN 错误",
  "9": "CRC 校验错误",
  "100": "未知错误",
};
const executionResults: Readonly<Record<string, string>> = {
  "1": "执行成功",
  "2": "执行失败，原因未知",
  "3": "命令请求条件错误",
  "4": "通讯超时",
  "5": "系统繁忙，不能执行",
  "6": "系统故障",
  "100": "没有数据",
};

/** What the door and the carrier say about a request, in their English. */
function sayDetail(text: string): string {
  const [, table, code = ""] = /^(QnRtn|ExeRtn) (\d+)/.exec(text) ?? [];
  if (table !== undefined) {
    const meaning = (table === "QnRtn" ? requestAnswers : executionResults)[code] ?? "代码不在标准内";
    return `${table} ${code}：${meaning}`;
  }
  const sends = /^sent (\d+) times, nothing was answered$/.exec(text)?.[1];
  if (sends !== undefined) return `发送 ${sends} 次，均无应答`;
  const packets = /^(\d+) packets came, no 9012$/.exec(text)?.[1];
  if (packets !== undefined) return `收到 ${packets} 个数据包，未收到 9012`;
  const fixed: Readonly<Record<string, string>> = {
    "data came": "数据已开始上传",
    "9011 came, and nothing after it": "收到 9011 后再无下文",
    "the device was not there in time": "有效期内设备一直不在线",
    "the line ended before it was over": "连接中断，等待设备重连",
    "the device left before it answered": "设备应答前已离线，等待重连",
    "nothing was answered in time": "限时内无应答",
  };
  return fixed[text] ?? text;
}

/** Reasons of the centre itself, in its English; what people wrote is left as it is. */
function sayReason(text: string): string {
  const behind = /^its clock is (-?\d+) s behind$/.exec(text)?.[1];
  if (behind !== undefined) {
    return Number(behind) < 0 ? `时钟快 ${-Number(behind)} 秒` : `时钟慢 ${behind} 秒`;
  }
  const missing = /^(\d+) (minute|hour|day) intervals are missing$/.exec(text);
  if (missing !== null) {
    const kinds: Readonly<Record<string, string>> = { minute: "分钟", hour: "小时", day: "日" };
    return `缺 ${missing[1]} 个${kinds[missing[2] ?? ""]}数据`;
  }
  const fixed: Readonly<Record<string, string>> = {
    "first connection": "数采仪首次接入",
    "the logger asked for the time": "数采仪请求校时",
  };
  return fixed[text] ?? text;
}

/** What a setting may be, from the words of the api. */
function sayWanted(text: string): string {
  const whole = /^a whole number from (\d+) to (\d+)$/.exec(text);
  if (whole !== null) return `${whole[1]}–${whole[2]} 的整数`;
  if (text.startsWith("one of ")) return `取值：${text.slice("one of ".length)}`;
  const fixed: Readonly<Record<string, string>> = {
    "14 digits, YYYYMMDDhhmmss": "北京时间，精确到秒",
    "a factor code": "因子代码",
    "an information code, e.g. i12001": "i 加 5 位数字，如 i12001",
    // The api says nothing about a text that may be anything.
    "": "1–200 个字符，不含 , ; = &",
    "24 signs of 0-9 and A-F": "24 位 0–9、A–F",
    "1 to 6 letters or digits": "1–6 位字母或数字",
    hhmmss: "时分秒各两位，如 083000",
  };
  return fixed[text] ?? text;
}

export const requestsZh = {
  title: "下发请求",
  load: "载入请求记录",
  states,
  origins,
  commands,
  settings,
  information,
  sayDetail,
  sayReason,
  sayWanted,
  allStates: "全部状态",
  state: "状态",
  allOrigins: "全部来源",
  origin: "来源",
  from: "起始日期",
  to: "截止日期",
  exportTitle: "把当前筛选下的记录导出为 CSV（最新 10,000 条）",
  empty: "还没有向设备下发过请求",
  emptyFiltered: "当前筛选下没有请求",
  ask: "新建请求",
  keys: "j k 或 ↑ ↓ 移动，回车 查看，n 新建请求，Esc 关闭",
  columns: {
    time: "时间",
    site: "站点",
    command: "请求",
    origin: "来源",
    actor: "发起人",
    state: "状态",
    detail: "说明",
  },
  detail: {
    title: "请求详情",
    load: "载入请求",
    missing: "没有这个请求",
    progress: "进度",
    settings: "参数",
    noSettings: "没有参数",
    answer: "设备回复的内容",
    noAnswer: "设备还没有回复内容",
    created: "创建",
    changed: "最近变化",
    validUntil: "有效期至",
    left: (age: string) => `剩余 ${age}`,
    attempts: "已发送",
    times: (n: number) => `${n} 次`,
    who: "发起人",
    why: "理由",
    says: "最近说明",
    id: "编号",
    command: "命令",
    site: "站点",
    withdraw: "撤回",
    withdrawSays: "撤回后不再发送。",
    withdrawing: "撤回请求",
    onlyWaiting: "设备已经收到，不能撤回",
    again: "照此再发一次",
    quiet: "进行中，自动刷新",
  },
  form: {
    title: "向设备下发请求",
    site: "站点",
    siteHint: "输入站点编号、名称或企业",
    noSite: "没有匹配的站点",
    noLogger: "没有登记数采仪（MN），只能经 MQTT 下发",
    protocol: "方式",
    command: "命令",
    chooseCommand: "请选择命令",
    groups: { read: "提取", data: "数据", control: "控制", change: "更改设置（管理员）" },
    changes: "此命令会更改设备的设置",
    adminOnly: "更改设备的命令，只有管理员可以下发",
    word: "命令字",
    wordHint: "如 restart",
    lines: "参数（每行一个 名称=值）",
    linesWrong: "每行须为 名称=值",
    optional: "（可不填）",
    sendTime: "不填则为发送时刻",
    wholeLogger: "不指定（数采仪本身）",
    otherFactor: "其他代码…",
    needed: "必填",
    order: "结束时间早于开始时间",
    day: "日期",
    clock: "时:分:秒",
    valid: "有效期",
    minutes: (n: number) => (n < 60 ? `${n} 分钟` : n < 1440 ? `${n / 60} 小时` : `${n / 1440} 天`),
    validHint: "设备离线时等待的期限",
    reason: "理由（必填，记入审计）",
    send: "下发",
    failed: "下发",
    loadCommands: "载入命令表",
  },
};
