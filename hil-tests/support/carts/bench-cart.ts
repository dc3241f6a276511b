// A virtual cart for tests, brought into any state by the requests that an operator would send.

import { snapshotOf } from "../../../boards/virtual/snapshot"
import { generatedVein, phantom, type EchoSource } from "../../../boards/virtual/vessel/vessel"
import { bytecodeOf } from "../../../src/host/targets/virtual/bytecode"
import { phantomOptions } from "../../../src/host/targets/virtual/echo-source"
import {
    VirtualCart,
    type VirtualCartOptions,
} from "../../../src/host/targets/virtual/virtual-cart"
import { vesselOriginMm } from "../../../src/host/targets/virtual/virtual-pullback"
import type { ProcedureOptions } from "../../../src/host/calibration/procedure"
import { QUICK, SledCalibration } from "../../../src/host/run/sled-calibration"
import { setupOf } from "../../../src/host/sequence/pullback-request"
import { type PullbackRequest } from "../../../src/host/sequence/pullback-request"
import { BurstStream, type BurstHeader } from "../../../src/host/link/burst-stream"
import { FLAG_TEST_LINES, TYPE_LINES } from "../../../src/shared/protocol/burst"
import { type Message, readFields } from "../../../src/shared/protocol/bytes"
import { LINE_HEADER } from "../../../src/shared/acquisition/line-record"
import type { RunListener } from "../../../src/host/run/run-receiver"
import { MemoryCapture } from "./memory-capture"
import * as machine from "../../../src/shared/cart-machine"
import { catheterOf } from "../../../src/shared/acquisition/catheters"
import type { Event, Refusal, Setup, Status } from "../../../src/shared/protocol/messages"
import { EVENT_SETUP, EVENT_STATE, GOOD } from "../../../src/shared/codes"

export { BYTECODE } from "../../../src/host/targets/virtual/bytecode"

export const REQUEST: PullbackRequest = {
    catheterId: "array-20mhz",
    speedMmPerS: 1,
    lengthMm: 5,
    frameRateHz: 30,
}

/** A sled without lead-screw error, for tests that are not about calibration. */
export const EVEN_SLED = { sled: { sled: { screwErrorUmPp: 0 } } }

/** An echo source that costs no computation, for tests that do not read the samples. */
export const SILENCE: EchoSource = { line: (_z, _line, out) => out.fill(0.001) }

export function veinEcho(seed: number, lengthMm: number, inThread = true): EchoSource {
    const catheter = catheterOf("array-20mhz")!
    return phantom(generatedVein(seed, lengthMm), phantomOptions(catheter, seed), inThread)
}

/** A line's header with the header of the burst that carried it. */
export type BenchLine = Message<typeof LINE_HEADER> & {
    readonly burst: BurstHeader
}

/** Options without functions: these hold no state of an earlier test. */
export type PlainOptions = Partial<Pick<VirtualCartOptions, "seed" | "sled" | "engine" | "units">>

const QUIET_MS = 3
/** Sets a homed cart back, by the arguments of {@link BenchCart.homed}. */
const savedCarts = new Map<string, () => BenchCart>()

/**
 * Boots a virtual cart, records what the firmware reports, and brings it into a requested state.
 */
export class BenchCart {
    readonly events: Event[] = []
    readonly refusals: Refusal[] = []
    readonly states: number[] = []
    readonly log: string[] = []
    /** The latest status that the cart reported. */
    status: Status | undefined
    ended = false
    private readonly capture = new MemoryCapture()
    private calibration: SledCalibration | undefined
    cart!: VirtualCart

    static async boot(
        request: PullbackRequest = REQUEST,
        { alsoListen, ...options }: Partial<VirtualCartOptions> & { alsoListen?: RunListener } = {}
    ): Promise<BenchCart> {
        const bench = new BenchCart(request)
        bench.cart = await VirtualCart.boot({
            bytecodeFile: bytecodeOf(request.catheterId),
            seed: 1,
            onBytes: bench.capture.take,
            catheterId: request.catheterId,
            echo: SILENCE,
            vesselOriginMm: vesselOriginMm(request),
            onLog: line => void bench.log.push(line),
            listener: () => ({
                ...alsoListen,
                onStatus: status => {
                    bench.status = status
                    bench.noteState(status.state)
                    alsoListen?.onStatus?.(status)
                },
                onEvent: event => {
                    bench.events.push(event)
                    bench.calibration?.onEvent(event)
                    if (event.code === EVENT_STATE) bench.noteState(event.value)
                    alsoListen?.onEvent?.(event)
                },
                onRefusal: refusal => void bench.refusals.push(refusal),
                onRegister: register => {
                    bench.calibration?.onRegister(register)
                    alsoListen?.onRegister?.(register)
                },
                onSurvey: sample => {
                    bench.calibration?.onSurvey(sample)
                    alsoListen?.onSurvey?.(sample)
                },
                onEnd: () => void (bench.ended = true),
            }),
            ...options,
        })
        return bench
    }

    /**
     * A homed cart. The first call of a process with these arguments boots and homes it; a later call sets the same cart back to
     * that moment, so an earlier test must not use it any more.
     */
    static async homed(
        request: PullbackRequest = REQUEST,
        options: PlainOptions = EVEN_SLED
    ): Promise<BenchCart> {
        const key = JSON.stringify([request, options])
        const saved = savedCarts.get(key)
        if (saved) return saved()
        const bench = await BenchCart.boot(request, options)
        await bench.home()
        const restore = await bench.save()
        savedCarts.set(key, () => {
            restore()
            return bench
        })
        return bench
    }

    private constructor(private readonly request: PullbackRequest) {}

    /**
     * Saves this cart; its options must hold no state in variables of closures.
     * @returns sets it back to this moment, as often as called
     */
    async save(): Promise<() => void> {
        // Between two control loops, with nothing on the bus.
        await this.wait(QUIET_MS)
        const restoreVms = this.cart.board.saveVms()
        const restoreObjects = snapshotOf(this)
        return () => {
            restoreObjects()
            restoreVms()
        }
    }

    get nowUs(): number {
        return this.cart.clock.nowUs
    }

    get stateNow(): number | undefined {
        return this.states[this.states.length - 1]
    }

    /** Advances the virtual clock by `ms`. */
    async wait(ms: number): Promise<void> {
        await this.cart.until(() => false, this.nowUs + 1000 * ms)
        this.cart.board.settle()
    }

    /** Waits until the cart reports this state. */
    async reach(state: number, limitS = 60): Promise<void> {
        const reached = await this.cart.until(
            () => this.stateNow === state,
            this.nowUs + 1e6 * limitS
        )
        if (!reached)
            throw new Error(
                `the cart did not reach "${machine.STATE_NAMES[state]}"; its state is "${machine.STATE_NAMES[this.stateNow ?? 0]}"`
            )
        this.cart.board.settle()
    }

    /** From power-up to homed. */
    async home(): Promise<void> {
        await this.reach(machine.STATE_UNHOMED)
        this.cart.session.command(machine.COMMAND_HOME)
        await this.reach(machine.STATE_READY)
    }

    /** From homed to calibrated and homed again, by the host's own procedure. */
    async calibrate(options: ProcedureOptions = QUICK): Promise<SledCalibration> {
        const calibration = new SledCalibration(this.cart.session, options)
        this.calibration = calibration
        const ended = (): boolean => calibration.done || calibration.failure !== undefined
        await this.cart.until(
            () => ended() || this.stateNow === machine.STATE_FAULT,
            this.nowUs + 400e6
        )
        this.calibration = undefined
        if (calibration.failure) throw calibration.failure
        if (!calibration.done) throw new Error("the calibration did not end")
        this.cart.board.settle()
        return calibration
    }

    /** Sends the setup of a pullback. @returns the refusal's code, or GOOD */
    async setUp(request: PullbackRequest = this.request): Promise<number> {
        return (await this.setUpWith({}, request))?.reason ?? GOOD
    }

    /** Sends a setup with some fields replaced by values that no operator would choose. */
    async setUpWith(
        fields: Partial<Setup>,
        request: PullbackRequest = this.request
    ): Promise<Refusal | undefined> {
        const before = this.refusals.length
        this.cart.session.setup({ ...setupOf(request), ...fields })
        await this.wait(100)
        return this.refusals[before]
    }

    /** Sends one command. @returns its refusal, or undefined if the cart accepted it */
    async command(command: number, argument = 0): Promise<Refusal | undefined> {
        const serial = this.cart.session.command(command, argument)
        await this.wait(50)
        return this.refusals.find(r => r.serial === serial)
    }

    /** From homed to pulling. */
    async pull(request: PullbackRequest = this.request): Promise<void> {
        await this.pullTo(machine.STATE_PULLING, request)
    }

    /** From homed towards pulling; stops in the state live, armed or pulling. */
    async pullTo(state: number, request: PullbackRequest = this.request): Promise<void> {
        const { session } = this.cart
        const eventsBefore = this.events.length
        this.ended = false
        session.setup(setupOf(request))
        await this.cart.until(
            () => this.events.slice(eventsBefore).some(e => e.code === EVENT_SETUP),
            this.nowUs + 1e6
        )
        for (const [command, next] of [
            [machine.COMMAND_LIVE, machine.STATE_LIVE],
            [machine.COMMAND_ARM, machine.STATE_ARMED],
            [machine.COMMAND_START, machine.STATE_PULLING],
        ] as const) {
            session.command(command)
            await this.reach(next)
            if (next === state) return
        }
    }

    /**
     * All lines received in undamaged bursts so far, without test lines, each with its burst's
     * header.
     */
    lines(): BenchLine[] {
        const lines: BenchLine[] = []
        const stream = new BurstStream(({ header, payload, goodLines }) => {
            if (header.type !== TYPE_LINES || header.flags & FLAG_TEST_LINES) return
            // The lines of a damaged burst cannot be trusted.
            if (!goodLines.every(Boolean)) return
            const length = payload.length / goodLines.length
            for (let i = 0; i < goodLines.length; i++)
                lines.push({
                    burst: header,
                    ...readFields(payload, i * length, LINE_HEADER),
                })
        })
        stream.push(this.capture.bytes)
        stream.end()
        return lines
    }

    private noteState(state: number): void {
        if (this.stateNow === state) return
        this.states.push(state)
        this.calibration?.onState(state)
    }
}
