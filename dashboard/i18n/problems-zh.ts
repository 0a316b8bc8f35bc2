// What the server's refusals mean, by their code, in Chinese. The server explains itself in English; what is missing here is
// shown as it said it.

export const problemsZh: Readonly<Record<string, string>> = {
  "invalid-request": "请求的内容不对",
  "invalid-json": "内容不是 JSON",
  "invalid-cursor": "翻页位置已失效，请重新载入",
  "unknown-factor": "没有这个监测因子",
  "unknown-city": "没有这个城市",
  "unknown-site": "没有这个站点",
  "not-signed-in": "尚未登录",
  "wrong-password": "用户名或密码不对",
  "wrong-current-password": "当前密码不对，未作修改",
  "not-allowed": "当前账户没有这个权限",
  "site-not-found": "没有这个站点",
  "alarm-not-found": "没有这条告警",
  "frame-not-found": "没有这一帧",
  "stale-version": "刚被他人改动，请看后再操作",
  "edge-node-taken": "该边缘节点已属于另一个站点",
  "illegal-move": "当前状态下不能这样操作",
  "too-many-attempts": "尝试次数过多，请稍后再试",
  internal: "服务器内部错误，请把请求号告诉系统维护人员",
  "format-not-built": "暂不支持这种格式",
  "journal-unavailable": "日志没有应答，未接受任何内容，请重试",
  "not-applied-yet": "已安全写入日志，稍后生效，请勿重复提交",
  "store-unavailable": "存储或数据处理暂时没有应答",
  "not-ready": "系统尚未就绪",
  "too-many-clients": "在线画面过多，请关闭一些",
};
