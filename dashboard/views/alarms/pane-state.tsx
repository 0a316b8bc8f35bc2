// Where an alarm stands, as a small drawing: the states of the process and of the acknowledgement with the ways between them, and
// beside it whether its calls are held back. The words below it say the same.
//
//   normal ──raise──▶ unacked ──ack──▶ acked
//      ▲               │ back           │ back (latched: stays)
//      └──── ack ── back, unacked      normal / latched

import type { AlarmState } from "#domain/alarm.ts";
import { useWords } from "../../i18n/i18n.ts";
import type { AlarmView } from "../../state/wire.ts";
import { usePaneWords } from "./pane-data.ts";

interface Box {
  readonly state: AlarmState;
  readonly x: number;
  readonly y: number;
}

const boxWidth = 96;
const boxHeight = 26;
const plain: readonly Box[] = [
  { state: "normal", x: 4, y: 40 },
  { state: "unack-active", x: 130, y: 4 },
  { state: "ack-active", x: 262, y: 4 },
  { state: "rtn-unack", x: 130, y: 76 },
];
const latched: readonly Box[] = [
  { state: "latch-unack", x: 130, y: 76 },
  { state: "latch-ack", x: 262, y: 76 },
];

export function StateDrawing({ alarm }: { readonly alarm: AlarmView }) {
  const words = usePaneWords();
  const { states, alarm: shared } = useWords();
  const isLatched = alarm.latched || alarm.state.startsWith("latch");
  const boxes = isLatched ? [...plain.slice(0, 3), ...latched] : plain;
  const names: Readonly<Record<AlarmState, string>> = {
    normal: words.state.normal,
    "unack-active": words.state.unack,
    "ack-active": words.state.acked,
    "rtn-unack": words.state.rtn,
    "latch-unack": words.state.latchUnack,
    "latch-ack": words.state.latchAcked,
  };
  const held = words.state.held[alarm.suppression?.kind ?? "none"];
  const said = words.state.here(states[alarm.state], held, shared.validities[alarm.validity]);
  return (
    <section className="state-drawing">
      <h3>{words.state.title}</h3>
      <svg viewBox="0 0 362 106" role="img" aria-label={said}>
        <defs>
          <marker id="state-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 8 4 0 8Z" />
          </marker>
        </defs>
        <g className="state-ways">
          <path d="M52 38 V17 H126" markerEnd="url(#state-arrow)" />
          <path d="M228 17 H258" markerEnd="url(#state-arrow)" />
          <path d="M178 32 V72" markerEnd="url(#state-arrow)" />
          {isLatched ? (
            <>
              <path d="M228 89 H258" markerEnd="url(#state-arrow)" />
              <path d="M310 32 V72" markerEnd="url(#state-arrow)" />
              <path d="M310 104 H52 V70" markerEnd="url(#state-arrow)" />
            </>
          ) : (
            <>
              <path d="M128 89 H52 V70" markerEnd="url(#state-arrow)" />
              <path d="M310 32 V53 H104" markerEnd="url(#state-arrow)" />
            </>
          )}
        </g>
        <g className="state-words">
          <text x="62" y="13">
            {words.state.raise}
          </text>
          <text x="243" y="12" textAnchor="middle">
            {words.state.ack}
          </text>
          <text x="174" y="60" textAnchor="end">
            {words.state.back}
          </text>
          <text x="306" y="49" textAnchor="end">
            {words.state.back}
          </text>
          {isLatched && (
            <text x="60" y="101">
              {words.state.reset}
            </text>
          )}
        </g>
        {boxes.map(({ state, x, y }) => (
          <g key={state} className={state === alarm.state ? "state-box is-here" : "state-box"} data-state={state}>
            <rect x={x} y={y} width={boxWidth} height={boxHeight} rx="3" />
            <text x={x + boxWidth / 2} y={y + 17} textAnchor="middle">
              {names[state]}
            </text>
          </g>
        ))}
      </svg>
      <p className="state-said">
        <span>
          {words.state.suppression}: <b>{held}</b>
        </span>
        <span className={alarm.validity === "good" ? "" : "is-stale"}>{shared.validities[alarm.validity]}</span>
      </p>
    </section>
  );
}
