// The un0rick's sequencer: sampling, RAM contents, busy and done flags.
// Written from the facts in the gateware's src/rtl/acq.v and ram_filler.v (kelu124/un0rick, folder usb/verilog).

import {
    UN_LINE_WORDS,
    UN_PULSER_HZ,
    UN_RAM_WORDS,
    UN_SAMPLE_HZ,
    UN_STEP_WORDS,
} from "../../../src/shared/devices/un0rick"

/** Settings of a line when it fires. Widths in periods of 127.5 MHz. */
export interface LineSettings {
    readonly delayPeriods: number
    readonly onPeriods: number
    readonly gapPeriods: number
    readonly dampPeriods: number
    /** DAC codes of the 32 gain steps. */
    readonly gain: readonly number[]
    /** Closed switches of the mux, one bit each. */
    readonly switches: number
}

export interface Pulse {
    readonly timeUs: number
    readonly settings: LineSettings
}

/** Transducer signal at unity gain from the pulse on, -1 to 1, at 63.75 MS/s. */
export type Un0rickEcho = (pulse: Pulse, out: Float32Array) => void

const TICK_US = 1e6 / UN_SAMPLE_HZ
/** One address per tick, and two further ticks. */
const FILL_TICKS = UN_RAM_WORDS + 2
/** From the register write to the sequencer, and from its end to the flags. */
const LATENCY_TICKS = 3
const MIDDLE = 512
const CODE_MAX = 1023
/** 50 dB for 1,024 codes: AD8331 at 50 dB/V, 1 V at full scale of the DAC. */
const DB_PER_CODE = 50 / 1024

interface Run {
    readonly startUs: number
    readonly lines: number
    /** Pulses sent, in order; undefined where the pulser had no supply. */
    readonly pulses: (Pulse | undefined)[]
    /** Number of lines whose samples are in the RAM. */
    sampled: number
}

export class Acquisition {
    readonly ram = new Uint16Array(UN_RAM_WORDS)
    done = false
    filled = false
    /** Fault: the sequencer never leaves its empty line. */
    stuck = false
    /** Fault: the sequencer ignores starts and keeps its state and the RAM. */
    deaf = false
    /** Whether the pulser has its high voltage; without it lines are acquired without echo. */
    supplied = true
    private run: Run | undefined
    private fill: { startUs: number; step: 1 | -1 } | undefined
    private readonly echo = new Float32Array(UN_LINE_WORDS)

    constructor(
        private readonly echoSource: Un0rickEcho,
        private readonly settings: () => LineSettings,
        private readonly onPulse: (pulse: Pulse) => void
    ) {
        // SRAM has random contents at power-on; this is neither zero nor a pattern of the filler.
        for (let i = 0; i < UN_RAM_WORDS; i++) this.ram[i] = 0x5a5a ^ (i * 40503)
    }

    get busy(): boolean {
        return this.run !== undefined
    }

    get filling(): boolean {
        return this.fill !== undefined
    }

    /** Samples are being written to the RAM, so it must not be read. */
    samplingAt(timeUs: number): boolean {
        if (!this.run) return false
        const ticks = (timeUs - this.run.startUs) / TICK_US - UN_STEP_WORDS
        return ticks >= 0 && ticks % (2 * UN_LINE_WORDS) < UN_LINE_WORDS
    }

    reset(): void {
        this.run = undefined
        this.fill = undefined
        this.done = false
        this.filled = false
    }

    /** Ignored while busy. `lines` is 1 to 32. */
    start(lines: number, timeUs: number): void {
        if (this.run || this.deaf) return
        this.done = false
        this.run = { startUs: timeUs, lines, pulses: [], sampled: 0 }
    }

    /** While the filler runs it only clears its flag. */
    startFill(step: 1 | -1, timeUs: number): void {
        this.filled = false
        this.fill ??= { startUs: timeUs, step }
    }

    advanceTo(timeUs: number): void {
        this.advanceFill(timeUs)
        const { run } = this
        if (!run) return
        while (run.pulses.length < run.lines && this.firePulse(run, timeUs));
        const ticks = (timeUs - run.startUs) / TICK_US - LATENCY_TICKS
        while (
            run.sampled < run.lines &&
            ticks >= UN_STEP_WORDS + (2 * run.sampled + 1) * UN_LINE_WORDS
        )
            this.sample(run)
        const end = UN_STEP_WORDS + 2 * run.lines * UN_LINE_WORDS
        if (ticks < end || this.stuck) return
        this.run = undefined
        this.done = true
    }

    private advanceFill(timeUs: number): void {
        const { fill } = this
        if (!fill || (timeUs - fill.startUs) / TICK_US < FILL_TICKS) return
        const first = fill.step === 1 ? 0 : 0xffff
        for (let i = 0; i < UN_RAM_WORDS; i++) this.ram[i] = first + fill.step * i
        this.fill = undefined
        this.filled = true
    }

    /** @returns whether the next pulse was due by then */
    private firePulse(run: Run, timeUs: number): boolean {
        const settings = this.settings()
        const line = run.pulses.length
        const beginUs = run.startUs + (UN_STEP_WORDS + 2 * line * UN_LINE_WORDS) * TICK_US
        // The pulser starts early enough for its delay to be the only time before the pulse.
        const pulse = { timeUs: beginUs + delayUs(settings), settings }
        if (pulse.timeUs > timeUs) return false
        run.pulses.push(this.supplied ? pulse : undefined)
        if (this.supplied) this.onPulse(pulse)
        return true
    }

    private sample(run: Run): void {
        const line = run.sampled++
        const settings = this.settings()
        const pulse = run.pulses[line]
        this.echo.fill(0)
        if (pulse) this.echoSource(pulse, this.echo)
        const lead = Math.floor(delayUs(settings) / TICK_US)
        const at = line * UN_LINE_WORDS
        for (let i = 0; i < UN_LINE_WORDS; i++) {
            const gainDb = settings.gain[Math.floor(i / UN_STEP_WORDS)]! * DB_PER_CODE
            const volts = (this.echo[i - lead] ?? 0) * 10 ** (gainDb / 20)
            const code = MIDDLE + Math.round(volts * MIDDLE)
            // Bit 15 is 0, bits 14..12 are inputs of the header (open here), bits 11..10 the line.
            this.ram[at + i] = ((line & 3) << 10) | Math.min(Math.max(code, 0), CODE_MAX)
        }
    }
}

/** From sample 0 to the edge of the pulse. One period is left of what the gateware subtracts for the ADC: boards/un0rick.md, "Acquisition". */
function delayUs({ delayPeriods }: LineSettings): number {
    return ((delayPeriods + 1) * 1e6) / UN_PULSER_HZ
}
