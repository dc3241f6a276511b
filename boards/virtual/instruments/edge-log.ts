// Instrument: log of the edges of motor enable, power stage, ramp motion, end switches, SAFE and the e-stop chain.
import type { Edge, EdgeSignal } from "../sled/types"

/** Limit that protects the memory against a rapidly toggling signal. */
const MAX_EDGES = 100_000

export class EdgeLog {
    private readonly list: Edge[] = []

    record(signal: EdgeSignal, level: boolean, timeUs: number): void {
        if (this.list.length < MAX_EDGES) this.list.push({ timeUs, signal, level })
    }

    /** All edges, or the edges of one signal, in chronological order. */
    edges(signal?: EdgeSignal): readonly Edge[] {
        return signal === undefined ? this.list : this.list.filter(e => e.signal === signal)
    }

    /** First edge of `signal` to `level` at or after `fromUs`; undefined if there is none. */
    first(signal: EdgeSignal, level: boolean, fromUs = 0): Edge | undefined {
        return this.list.find(e => e.signal === signal && e.level === level && e.timeUs >= fromUs)
    }
}
