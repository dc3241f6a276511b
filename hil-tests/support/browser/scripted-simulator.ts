// A simulator without a cart: what it shows is set by a test, and what the page asks for is recorded.

import type { LiveFrame, LiveSource } from "../../../src/host/console/live-source"
import { frameOf, testView } from "../../../src/host/console/testing/test-view"
import { FAULT_LESSONS } from "../../../src/host/simulate/fault-lessons"
import type { PageRequest, SimulatorState } from "../../../src/host/simulate/messages"
import { type ServedSimulator, serveSimulator } from "../../../src/host/simulate/serve-simulator"

const STEPS = ["HOME", "LIVE", "ARM", "START", "watch", "RETURN (hold)", "open the review"]

/** Parts of the state that a test changes. */
export interface Script {
    realTime: SimulatorState["realTime"]
    unit: SimulatorState["unit"]
    cart: SimulatorState["cart"]
    /** Faults in force. */
    caused: string[]
    review: SimulatorState["review"]
    run: number
    makingRun: number | null
    message: string | null
}

export class ScriptedSimulator {
    readonly requests: PageRequest[] = []
    /** Pages that have left. */
    left = 0
    readonly script: Script = {
        realTime: { factor: 1, loadPercent: 58, behindMs: 0, isTooSlow: false },
        unit: {
            ...{ plugged: true, cartHeard: true, pressed: [], lamps: [1, 0, 0, 0, 0] },
            estopPressed: false,
        },
        cart: {
            ...{
                state: "ready",
                word: "READY",
                positionMm: 100,
                speedMmPerS: 0,
                remainingMm: null,
            },
            ...{ lengthMm: null, control: "a bedside unit", fault: null },
        },
        caused: [],
        review: null,
        run: 3,
        makingRun: null,
        message: null,
    }
    /** What the live view has. */
    picture: "none" | "live" | "stopped" = "none"
    private memory: Uint8Array = new Uint8Array(1024)
    private version = 0
    private frames = 0

    private constructor() {}

    /** @param port 0 for any free one */
    static async serve(port = 0): Promise<ScriptedSimulator & { server: ServedSimulator }> {
        const simulator = new ScriptedSimulator()
        const server = await serveSimulator(simulator.shown(), simulator.view(), port)
        return Object.assign(simulator, { server })
    }

    /** Changes what the unit does. */
    setUnit(changes: Partial<Script["unit"]>): void {
        this.script.unit = { ...this.script.unit, ...changes }
    }

    setCart(changes: Partial<Script["cart"]>): void {
        this.script.cart = { ...this.script.cart, ...changes }
    }

    setDisplay(memory: Uint8Array): void {
        this.memory = memory
        this.version++
    }

    /** Requests since the last call. */
    taken(): PageRequest[] {
        return this.requests.splice(0)
    }

    private shown(): Parameters<typeof serveSimulator>[0] {
        const version = (): number => this.version
        return {
            get displayVersion() {
                return version()
            },
            display: () => this.memory,
            state: () => this.state(),
            handle: request => void this.requests.push(request),
            leave: () => void this.left++,
        }
    }

    private state(): SimulatorState {
        const { caused, ...state } = this.script
        return {
            ...state,
            ...{ type: "state", catheter: "array-20mhz" },
            lesson: {
                title: "A whole pullback",
                steps: STEPS.map((text, i) => ({ text, done: i < 1, current: i === 1 })),
            },
            faults: FAULT_LESSONS.map(lesson => ({
                ...lesson,
                ...{ caused: caused.includes(lesson.name), undo: caused.includes(lesson.name) },
                ...{ unavailable: null, stoppedMs: null, youS: null },
            })),
        }
    }

    /** A live view with one grey frame for each call of `server.refresh()`. */
    private view(): LiveSource {
        const { view, describe, addFrame } = testView()
        describe()
        const frame = (): LiveFrame => {
            addFrame(frameOf(++this.frames, 200))
            const latest = view.latest()!
            const { positionMm } = this.script.cart
            return { ...latest, about: { ...latest.about, positionMm: positionMm ?? 0 } }
        }
        return {
            state: () => ({ ...view.state(), picture: this.picture, framesPerS: 30 }),
            scene: () => view.scene(),
            latest: () => (this.picture === "none" ? undefined : frame()),
            handle: () => undefined,
        }
    }
}
