// The flow of the peers, as Node-RED stores it and its editor shows it: readings from Mosquitto, compared with the limits,
// alarms back to Mosquitto, points in batches to InfluxDB. Written as an experienced user writes it for speed: JSON parsed by
// the mqtt-in node, one function node (a second one costs a third more), line protocol made in it (cheaper than the points of
// node-red-contrib-influxdb), no copies of messages, no debug nodes, one kept-alive request per batch. Pure.
//
//   v1/+/readings ──▶ mqtt in (QoS 1, JSON) ──▶ function: limits and batch ──▶ http request (POST /write)
//                                                          └──▶ mqtt out (alarms, QoS 1)

export interface FlowParts {
  readonly mqttPort: number;
  readonly influxPort: number;
  readonly database: string;
  /** Factor → what it must not exceed. */
  readonly limits: Readonly<Record<string, number>>;
  readonly batchPoints: number;
  readonly batchMs: number;
}

export const readingsTopic = (site: string): string => `v1/${site}/readings`;
export const alarmsTopic = "alarms";
const measurement = "readings";

/** One node of a flow file; what belongs to its type beside what belongs to all. */
export type FlowNode = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

export function buildFlow(parts: FlowParts): FlowNode[] {
  const tab = "outfalls";
  return [
    { id: tab, type: "tab", label: "Outfalls", disabled: false, info: "" },
    {
      id: "broker",
      type: "mqtt-broker",
      name: "mosquitto",
      broker: "127.0.0.1",
      port: String(parts.mqttPort),
      clientid: "flow",
      autoConnect: true,
      usetls: false,
      protocolVersion: "4",
      keepalive: "60",
      cleansession: true,
      autoUnsubscribe: true,
      birthTopic: "",
      closeTopic: "",
      willTopic: "",
    },
    {
      id: "readings",
      type: "mqtt in",
      z: tab,
      x: 120,
      y: 100,
      name: "readings",
      topic: readingsTopic("+"),
      qos: "1",
      datatype: "json",
      broker: "broker",
      nl: false,
      rap: true,
      rh: 0,
      inputs: 0,
      wires: [["judge"]],
    },
    {
      id: "judge",
      type: "function",
      z: tab,
      x: 320,
      y: 100,
      name: "limits and batch",
      func: judge,
      initialize: prepare(parts),
      finalize: "",
      outputs: 2,
      timeout: 0,
      noerr: 0,
      libs: [],
      wires: [["write"], ["alarms"]],
    },
    {
      id: "write",
      type: "http request",
      z: tab,
      x: 560,
      y: 80,
      name: "write",
      method: "POST",
      url: `http://127.0.0.1:${parts.influxPort}/write?db=${parts.database}&precision=ms`,
      ret: "txt",
      paytoqs: "ignore",
      persist: true,
      senderr: false,
      headers: [],
      wires: [[]],
    },
    {
      id: "alarms",
      type: "mqtt out",
      z: tab,
      x: 560,
      y: 140,
      name: "alarms",
      topic: "",
      qos: "1",
      retain: "false",
      broker: "broker",
      wires: [],
    },
  ];
}

/** "On Start" of the function node: what it keeps, and the clock that sends a batch which does not fill up. */
function prepare({ limits, batchPoints, batchMs }: FlowParts): string {
  return `
const state = {
  limits: ${JSON.stringify(limits)},
  exceeding: new Set(),
  lines: [],
  full: ${batchPoints},
  flush() {
    if (state.lines.length === 0) return;
    const payload = state.lines.join("\\n");
    state.lines = [];
    node.send([{ payload }, null], false);
  },
};
context.set("state", state);
setInterval(state.flush, ${batchMs});
`;
}

/** "On Message": an alarm when a factor goes beyond its limit and when it comes back, and one point for all its factors. */
const judge = `
const state = context.get("state");
const { time, values } = msg.payload;
const site = msg.topic.split("/")[1];
let line = "${measurement},site=" + site;
let separator = " ";
let alarms = null;
for (const factor in values) {
  const value = values[factor];
  line += separator + factor + "=" + value;
  separator = ",";
  const limit = state.limits[factor];
  if (limit === undefined) continue;
  const active = value > limit;
  if (!active && state.exceeding.size === 0) continue;
  const series = site + "/" + factor;
  if (active === state.exceeding.has(series)) continue;
  if (active) state.exceeding.add(series);
  else state.exceeding.delete(series);
  alarms ??= [];
  alarms.push({ topic: "${alarmsTopic}/" + series, payload: { site, factor, value, limit, time, active } });
}
state.lines.push(line + " " + time);
if (state.lines.length >= state.full) state.flush();
if (alarms !== null) return [null, alarms];
`;
