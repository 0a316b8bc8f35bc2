// The flow that an experienced user of Node-RED builds from the palette: a node for each step, points as the InfluxDB node
// documents them, no debug nodes. Pure.
//
//   v1/+/readings ──▶ mqtt in (QoS 1, JSON) ──▶ function: limits ──▶ function: points ──▶ join ──▶ influxdb batch
//                                                      └──▶ mqtt out (alarms, QoS 1)

import { alarmsId, alarmsTopic, buildFunction, measurement, tab, type Way } from "./flow-parts.ts";

export const usualWay: Way = {
  does:
    "the flow usually built from the palette: mqtt in parses JSON, a function compares with the limits and sends alarms to " +
    "mqtt out, a function makes points, join collects them, the batch node of node-red-contrib-influxdb writes them",
  build: ({ influxPort, database, limits, batchPoints, batchMs }) => [
    buildFunction({
      id: "limits",
      name: "limits",
      x: 280,
      onStart: `context.set("limits", ${JSON.stringify(limits)});\ncontext.set("exceeding", new Set());\n`,
      onMessage: compare,
      wires: [["points"], [alarmsId]],
    }),
    buildFunction({ id: "points", name: "points", x: 420, onMessage: makePoint, wires: [["collect"]] }),
    {
      id: "collect",
      type: "join",
      z: tab,
      x: 560,
      y: 80,
      name: "collect",
      mode: "custom",
      build: "array",
      property: "payload",
      propertyType: "msg",
      key: "topic",
      joiner: "\\n",
      joinerType: "str",
      useparts: false,
      accumulate: false,
      timeout: String(batchMs / 1000),
      count: String(batchPoints),
      reduceRight: false,
      wires: [["write"]],
    },
    {
      id: "write",
      type: "influxdb batch",
      z: tab,
      x: 700,
      y: 80,
      name: "write",
      influxdb: "store",
      precision: "ms",
      retentionPolicy: "",
      database: "",
      precisionV18FluxV20: "ms",
      retentionPolicyV18Flux: "",
      org: "",
      bucket: "",
      wires: [],
    },
    {
      // Not the name that a property of it has: Node-RED would take it to depend on itself.
      id: "store",
      type: "influxdb",
      hostname: "127.0.0.1",
      port: String(influxPort),
      protocol: "http",
      database,
      name: "influxdb",
      usetls: false,
      tls: "",
      influxdbVersion: "1.x",
      url: "",
      timeout: "10",
      rejectUnauthorized: false,
    },
  ],
};

/** An alarm when a factor goes beyond its limit and when it comes back; the message itself goes on. */
const compare = `
const limits = context.get("limits");
const exceeding = context.get("exceeding");
const { time, values } = msg.payload;
const site = msg.topic.split("/")[1];
const alarms = [];
for (const [factor, value] of Object.entries(values)) {
  const limit = limits[factor];
  if (limit === undefined) continue;
  const series = site + "/" + factor;
  const active = value > limit;
  if (active === exceeding.has(series)) continue;
  if (active) exceeding.add(series);
  else exceeding.delete(series);
  alarms.push({ topic: "${alarmsTopic}/" + series, payload: { site, factor, value, limit, time, active } });
}
return [msg, alarms];
`;

/** One point for all factors of a site at one time. */
const makePoint = `
const { time, values } = msg.payload;
msg.payload = { measurement: "${measurement}", fields: values, tags: { site: msg.topic.split("/")[1] }, timestamp: time };
return msg;
`;
