// A simulator in virtual time, operated as its page does, and the texts on its unit's display.

import { VirtualClock } from "../../../boards/virtual/vm/virtual-clock"
import type { ButtonName, SimulatorState, Tone } from "../../../src/host/simulate/messages"
import { Simulator, type SimulatorOptions } from "../../../src/host/simulate/simulator"
import { HEIGHT, readDisplay, WIDTH } from "./read-display"

/** A finger's press. */
const PRESS_MS = 150
const LOOK_S = 0.05
/** Steps after which files and other processes are served. */
const STEPS_PER_SLICE = 4000

/** Lets the test act at the very moment for which it waits. */
class PracticeClock extends VirtualClock {
    private isAwaited = false

    wait(s: number): Promise<void> {
        return new Promise(resolve => {
            this.after(1e6 * s, () => {
                this.isAwaited = true
                resolve()
            })
        })
    }

    override async run(reached: () => boolean, limitUs: number): Promise<boolean> {
        for (;;) {
            for (let i = 0; i < STEPS_PER_SLICE && !this.isAwaited; i++) {
                if (reached()) return true
                if (!this.step(limitUs)) return reached()
            }
            this.isAwaited = false
            await new Promise(resolve => setImmediate(resolve))
        }
    }
}

export class Practice {
    readonly clock = new PracticeClock()
    readonly printed: string[] = []
    readonly tones: Tone[] = []
    /** What the cart said of who is in control. */
    readonly controls = new Set<string | null>()
    frames = 0
    simulator!: Simulator
    private running!: Promise<void>

    static async start(
        options: Pick<SimulatorOptions, "references" | "out"> & Partial<SimulatorOptions>
    ): Promise<Practice> {
        const practice = new Practice()
        const { clock } = practice
        practice.simulator = await Simulator.boot({
            ...{ catheterId: "array-20mhz", seed: 1, clock, ...options },
            onFrame: () => void practice.frames++,
            onTone: tone => void practice.tones.push(tone),
            print: line => void practice.printed.push(line),
        })
        practice.running = practice.simulator.run()
        return practice
    }

    get state(): SimulatorState {
        const state = this.simulator.state()
        this.controls.add(state.cart.control)
        return state
    }

    /** All that the display shows. */
    get text(): string {
        const memory = this.simulator.display()
        const pixels = Uint8Array.from(
            { length: WIDTH * HEIGHT },
            (_, i) => (memory[(i >> 10) * WIDTH + (i % WIDTH)]! >> ((i >> 7) & 7)) & 1
        )
        return readDisplay(pixels).text
    }

    wait(s: number): Promise<void> {
        return this.clock.wait(s)
    }

    async press(button: ButtonName, page: object = this): Promise<void> {
        this.simulator.handle({ press: button }, page)
        await this.wait(PRESS_MS / 1000)
        this.simulator.handle({ release: button }, page)
        await this.wait(PRESS_MS / 1000)
    }

    /** @throws Error when it is not reached within `limitS` */
    async until(
        what: string,
        reached: (state: SimulatorState) => boolean,
        limitS = 60
    ): Promise<SimulatorState> {
        for (let s = 0; s < limitS; s += LOOK_S) {
            const { state } = this
            if (reached(state)) return state
            await this.wait(LOOK_S)
        }
        throw new Error(`not ${what}: ${JSON.stringify(this.state.cart)}; "${this.text}"`)
    }

    reach(cartState: string): Promise<SimulatorState> {
        return this.until(cartState, ({ cart }) => cart.state === cartState)
    }

    /** From a homed cart until the sled pulls at speed. */
    async pull(): Promise<void> {
        // A button that was held before is let go.
        await this.wait(0.5)
        for (const [button, state] of [
            ["live", "live"],
            ["arm", "armed"],
            ["start", "pulling"],
        ] as const) {
            await this.press(button)
            await this.reach(state)
        }
        await this.wait(1.5)
    }

    /** The results are made in real time, while the cart goes on in virtual time. */
    async resultsAreMade(): Promise<void> {
        // The last lines and the cart's summary.
        await this.wait(1)
        do {
            await this.wait(0.02)
            await new Promise(resolve => setTimeout(resolve, 100))
        } while (this.state.makingRun !== null)
    }

    async end(): Promise<void> {
        this.simulator.stop()
        await this.running
    }
}
