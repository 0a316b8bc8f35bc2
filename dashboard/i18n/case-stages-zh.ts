// The words of a case's way in Chinese, for the centre and for the enterprise alike. This file is the type.

import type { CaseOrigin, CaseStage } from "#domain/case.ts";

const stages: Record<CaseStage, string> = {
  opened: "线索",
  triage: "核实",
  "false-data": "数据不实",
  explained: "已有标记说明",
  dispatched: "督办下发",
  "on-site": "现场核查",
  evidence: "取证",
  confirmed: "认定违法",
  dismissed: "不予认定",
  rectifying: "整改",
  recheck: "复查",
  closed: "办结",
  merged: "已并案",
  transferred: "已移交",
};
const stageSays: Record<CaseStage, string> = {
  opened: "发现了线索，还没有人核实",
  triage: "正在核实线索是否成立",
  "false-data": "核实为数据问题，不是真实超标",
  explained: "数据标记已经说明了原因",
  dispatched: "已派现场人员，还没有到场",
  "on-site": "现场人员正在核查",
  evidence: "正在收集证据，可要求企业答复",
  confirmed: "证据成立，认定违法",
  dismissed: "证据不成立，不予认定",
  rectifying: "企业正在整改",
  recheck: "整改完成，等待复查",
  closed: "已经办结",
  merged: "已并入另一案件",
  transferred: "已移交其他机关",
};
const origins: Record<CaseOrigin, string> = {
  exceedance: "小时均值多次超标",
  "day-exceedance": "日均值超标",
  "missing-data": "数据长时间缺失",
  falsification: "疑似数据造假",
  alarm: "告警",
  hand: "人工立案",
};

export const caseStagesZh = {
  stages,
  stageSays,
  origins,
  workingDays: (n: number) => `${n} 个工作日`,
  due: {
    none: "没有期限",
    left: (at: string, days: number) => `还剩 ${days} 个工作日（截至 ${at}）`,
    today: (at: string) => `今天 ${at} 到期`,
    over: (at: string, days: number) => (days === 0 ? `已逾期（${at} 到期）` : `已逾期 ${days} 个工作日（${at} 到期）`),
  },
  evidence: {
    drop: "把文件拖到这里，或",
    choose: "选择文件",
    photo: "拍照",
    limits: "照片、视频、录音、PDF、Word、Excel、文本，每个不超过 20 MB",
    tooLarge: (name: string) => `${name} 超过 20 MB，没有上传`,
    sending: (percent: number) => `正在上传 ${percent}%`,
    failed: (name: string) => `上传 ${name}`,
    hash: "SHA-256",
    taken: (at: string) => `拍摄于 ${at}`,
    place: (lat: string, lon: string) => `位置 ${lat}, ${lon}`,
    captured: (who: string, at: string) => `${who} 于 ${at} 提交`,
    frozen: (at: string) => `系统于 ${at} 自动封存的依据`,
    preview: (name: string) => `预览 ${name}`,
    note: "文件说明（可不填）",
    none: "还没有文件",
    retry: "重试",
    dismiss: "移去",
    done: "已保存",
  },
};
