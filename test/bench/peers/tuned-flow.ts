// A flow tuned beyond what people build: one function node (a second one costs a third more), line protocol made in it by hand
// (cheaper than the points of node-red-contrib-influxdb), no copies of messages, one kept-alive request per batch. Pure.
//
//   v1/+/readings ──▶ mqtt in (QoS 1, JSON) ──▶ function: limits and batch ──▶ http request (POST /write)
//                                                          └──▶ mqtt out (alarms, QoS 1)

import { alarmsId, alarmsTopic, buildFunction, type FlowParts, measurement, tab, type Way } from "./flow-parts.ts";

export const tunedWay: Way = {
  does:
    "a flow tuned beyond what people build: mqtt in parses JSON, one single function compares with the limits, sends alarms to " +
    "mqtt out, makes line protocol by hand and collects it, http request posts it to InfluxDB",
  build: (parts) => [
    buildFunction({
      id: "judge",
      name: "limits and batch",
      x: 320,
      onStart: prepare(parts),
      onMessage: judge,
      wires: [["write"], [alarmsId]],
    }),
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
  ],
};

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
