// Mosquitto + Node-RED + InfluxDB under the load of `pipeline`, with the flow that people usually build and with a tuned one, and
// Plumeline under the same load on the same machine. The peers and ours take turns, so that neither has the whole of a machine
// that grows slower or faster; each flow answers with the better of its two figures, and ours is compared with both.

import { parseArgs } from "node:util";
import { type Bench, type BenchContext, parseCount, round } from "../frame.ts";
import { formatMeasured, measure, type Measured } from "../measure.ts";
import type { Store } from "../system.ts";
import type { FlowName } from "./flow.ts";
import { measureFlow, type Shape } from "./measure-flow.ts";
import { readingsPerMessage } from "./stack.ts";

const secondsByDefault = 8;

type Turn = { readonly flow: FlowName } | { readonly store: Store };

/** Turned round by --reverse: two runs, one of each, put either side first once. */
const turns: readonly Turn[] = [{ flow: "usual" }, { store: "duckdb" }, { flow: "tuned" }, { store: "influxdb" }];

interface Options extends Shape {
  readonly turns: readonly Turn[];
}

function parseOptions({ args, seconds }: BenchContext): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      connections: { type: "string", default: "50" },
      "in-flight": { type: "string", default: "32" },
      "peer-only": { type: "boolean", default: false },
      reverse: { type: "boolean", default: false },
    },
  });
  const chosen = turns.filter((turn) => !values["peer-only"] || "flow" in turn);
  return {
    sites: parseCount("--connections", values.connections),
    inFlight: parseCount("--in-flight", values["in-flight"]),
    seconds: seconds ?? secondsByDefault,
    turns: values.reverse ? chosen.toReversed() : chosen,
  };
}

export const bench: Bench = {
  name: "peers",
  about:
    "Mosquitto + Node-RED + InfluxDB with the load of pipeline, usual flow and tuned flow, in turns with ours " +
    "(--connections N, --in-flight N, --peer-only, --reverse)",
  async run(context: BenchContext) {
    const { turns, ...shape } = parseOptions(context);
    const { sites: connections, inFlight, seconds } = shape;
    const order = turns.map(nameOf).join(", ");
    const about = { connections, inFlight, qos: 1, readingsPerMessage, order };
    const best = new Map<FlowName, number>();
    const ours = new Map<Store, Measured>();
    for (const turn of turns) {
      if ("flow" in turn) {
        best.set(turn.flow, await measureFlow(turn.flow, shape, about, context));
      } else {
        context.say(`${nameOf(turn)}: as fast as it acknowledges, for ${seconds} s`);
        const { store } = turn;
        ours.set(store, await measure({ store, connections, inFlight, seconds, rate: null }));
      }
    }
    // Only now is there everything to compare with.
    for (const [store, measured] of ours) {
      const ratioTo = (flow: FlowName) => round(measured.readingsPerSecond / (best.get(flow) ?? Number.NaN));
      context.report({
        part: "plumeline",
        store,
        durable: true,
        ratioToNodeRed: ratioTo("usual"),
        ratioToTunedNodeRed: ratioTo("tuned"),
        ...about,
        ...formatMeasured(measured),
      });
    }
  },
};

function nameOf(turn: Turn): string {
  return "flow" in turn ? `${turn.flow} flow` : `plumeline on ${turn.store}`;
}
