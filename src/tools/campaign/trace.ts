// What happened in a case, as lines for people: requests, reports and the true motion of the sled.

import type { CaseResult } from "./run-case"

const EVERY_MS = 100
/** Positions are printed around changes only. */
const STILL_MM = 0.005

export function traceOf({ recording: r, findings }: CaseResult): string[] {
    const lines: { atMs: number; text: string }[] = []
    const add = (atUs: number, text: string): void =>
        void lines.push({ atMs: (atUs - r.fromUs) / 1000, text })
    for (const { atUs, text } of r.log) add(atUs, text)
    for (const { atUs, on } of r.stageEdges) add(atUs, `motor stage ${on ? "on" : "off"}`)
    for (const f of findings) add(f.atUs, `UNSAFE: ${f.kind}: ${f.text}`)
    let last = NaN
    for (let i = 0; i < r.positionsMm.length; i += EVERY_MS) {
        const at = r.positionsMm[i]!
        if (Math.abs(at - last) < STILL_MM) continue
        last = at
        add(r.fromUs + i * r.stepUs, `sled at ${at.toFixed(3)} mm`)
    }
    return lines
        .sort((a, b) => a.atMs - b.atMs)
        .map(({ atMs, text }) => `${atMs.toFixed(0).padStart(6)} ms  ${text}`)
}
