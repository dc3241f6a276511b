// Every move of the cart, requested as an operator would, including awkward cases: stopped in
// mid-move, reversed, changed, started on a switch.

import * as machine from "../../../src/shared/cart-machine"
import type { Steps } from "../../../src/host/sequence/pullback-request"
import type { PullbackRequest } from "../../../src/host/sequence/pullback-request"
import { type BenchCart, REQUEST } from "../carts/bench-cart"

/** Few frames, so that simulating the front end costs little time. */
const FRAME_RATE_HZ = 5
/** At 75 beats per minute the interval is 800 ms ± 8 %. */
export const HEART_RATE_PER_MIN = 75
const GATE = {
    heartRatePerMin: HEART_RATE_PER_MIN,
    refractoryMs: 720,
    timeoutMs: 3000,
}
const LIMIT_US = 90e6
const NM_PER_MM = 1e6

export interface MoveCase {
    readonly name: string
    run(bench: BenchCart): Promise<void>
}

function request(speedMmPerS: number, lengthMm: number, steps?: Steps): PullbackRequest {
    const frameRateHz = FRAME_RATE_HZ
    return { ...REQUEST, speedMmPerS, lengthMm, frameRateHz, ...(steps && { steps }) }
}

/** Sends a request; throws with the refusal's code when the cart refuses it. */
async function accept(bench: BenchCart, what: number, argument = 0) {
    const refusal = await bench.command(what, argument)
    if (refusal) throw new Error(`request ${what} was refused: ${refusal.reason}`)
}

async function ended(bench: BenchCart): Promise<void> {
    const settled = await bench.cart.until(
        () => bench.ended || bench.stateNow === machine.STATE_FAULT,
        bench.nowUs + LIMIT_US
    )
    if (!settled || !bench.ended) throw new Error("the pullback did not end")
    await bench.reach(machine.STATE_COMPLETED)
}

async function begin(bench: BenchCart, pullback: PullbackRequest) {
    bench.ended = false
    await bench.pull(pullback)
}

/** A sled that brakes refuses a new move: 119 ms of ramp from 10 mm/s and 30 ms to see it stand. */
const BRAKING_MS = 160

/** Returns in one move, or, with `stopAfterMs`, stopped in mid-move and started again. */
async function returnSled(bench: BenchCart, stopAfterMs = 0): Promise<void> {
    await accept(bench, machine.COMMAND_RETURN)
    if (stopAfterMs > 0 && bench.stateNow === machine.STATE_RETURNING) {
        await bench.wait(stopAfterMs)
        if (bench.stateNow === machine.STATE_RETURNING) {
            await accept(bench, machine.COMMAND_STOP)
            await bench.wait(BRAKING_MS)
            await accept(bench, machine.COMMAND_RETURN)
        }
    }
    await bench.reach(machine.STATE_READY)
}

async function hold(bench: BenchCart, ms: number): Promise<void> {
    for (let t = 0; t < ms; t += 50) {
        bench.cart.session.command(machine.COMMAND_HOLD)
        await bench.wait(50)
    }
}

async function standstill(bench: BenchCart): Promise<void> {
    await bench.cart.until(() => bench.stateNow !== machine.STATE_JOGGING, bench.nowUs + LIMIT_US)
    await bench.wait(150)
}

/** Jogs forward and stops by request, jogs again and stops by timeout, changes speed, reverses. */
async function jog(bench: BenchCart, mmPerS: number): Promise<void> {
    const press = (v: number) => bench.cart.session.command(machine.COMMAND_JOG, v * NM_PER_MM)
    await accept(bench, machine.COMMAND_JOG, mmPerS * NM_PER_MM)
    await hold(bench, 400)
    await accept(bench, machine.COMMAND_STOP)
    await bench.wait(BRAKING_MS)
    await accept(bench, machine.COMMAND_JOG, mmPerS * NM_PER_MM)
    await hold(bench, 200)
    press(mmPerS / 2 < 0.25 ? 5 : mmPerS / 2)
    await hold(bench, 300)
    press(mmPerS)
    await hold(bench, 200)
    await standstill(bench)
    await accept(bench, machine.COMMAND_JOG, -mmPerS * NM_PER_MM)
    await hold(bench, 300)
    // A reversal while jogging is refused and brakes; a new jog request then starts.
    press(mmPerS)
    await standstill(bench)
    await accept(bench, machine.COMMAND_JOG, mmPerS * NM_PER_MM)
    await hold(bench, 100)
    await standstill(bench)
}

/** Fastest jog that the cart accepts. */
const JOG_MM_PER_S = 5

function pullbacks(speed: number): MoveCase[] {
    const lengthMm = Math.max(1, Math.min(10, 2 * speed))
    const jogSpeed = Math.min(speed, JOG_MM_PER_S)
    return [
        {
            name: `pullback at ${speed} mm/s and return`,
            run: async bench => {
                await begin(bench, request(speed, lengthMm))
                await ended(bench)
                await returnSled(bench)
            },
        },
        {
            name: `pullback at ${speed} mm/s stopped in mid-move, return also stopped`,
            run: async bench => {
                await begin(bench, request(speed, lengthMm))
                await bench.wait(300 + 400 * Math.min(1, 1 / speed))
                await accept(bench, machine.COMMAND_STOP)
                await bench.reach(machine.STATE_COMPLETED)
                await bench.wait(BRAKING_MS)
                await returnSled(bench, 120)
            },
        },
        {
            name: `jog at ${jogSpeed} mm/s`,
            run: async bench => {
                await jog(bench, jogSpeed)
                await returnSled(bench)
            },
        },
    ]
}

function changes(): MoveCase[] {
    return (
        [
            [0.25, 10, 9, 0.5],
            [10, 0.25, 9, 2],
            [1, 2, 3, 0.5],
            [5, 1, 4, 1],
        ] as const
    ).map(([from, to, lengthMm, intoMm]) => ({
        name: `change from ${from} to ${to} mm/s`,
        run: async bench => {
            await begin(bench, request(from, lengthMm))
            const start = bench.cart.receiver.description!.window_start_nm
            const at = start / NM_PER_MM + intoMm
            await bench.cart.until(
                () => bench.cart.board.rig.sled.positionMm >= at,
                bench.nowUs + LIMIT_US
            )
            await accept(bench, machine.COMMAND_SPEED, to * NM_PER_MM)
            // Long enough to see the change; the rest of a slow pullback shows nothing new.
            await bench.wait(1500)
            // Refused if the pullback has just ended by itself.
            bench.cart.session.command(machine.COMMAND_STOP)
            await ended(bench)
            await bench.wait(BRAKING_MS)
            await returnSled(bench)
        },
    }))
}

function stepped(speed: number, lengthMm: number, steps: Steps): MoveCase {
    const pace = steps.gate ? "gated" : "stepped"
    return {
        name: `${pace} by ${steps.stepUm} um at ${speed} mm/s`,
        run: async bench => {
            await begin(bench, request(speed, lengthMm, steps))
            await ended(bench)
            await returnSled(bench)
        },
    }
}

async function homeAgain(bench: BenchCart): Promise<void> {
    await accept(bench, machine.COMMAND_HOME)
    await bench.reach(machine.STATE_HOMING)
    await bench.reach(machine.STATE_READY)
}

const HOMINGS: readonly MoveCase[] = [
    ...[150, 800, 2500].map(ms => ({
        name: `homing stopped after ${ms} ms and started again`,
        run: async (bench: BenchCart) => {
            await accept(bench, machine.COMMAND_HOME)
            await bench.wait(ms)
            await accept(bench, machine.COMMAND_STOP)
            await bench.wait(50)
            await bench.home()
        },
    })),
    {
        name: "homing from a position on the switch",
        run: async bench => {
            await accept(bench, machine.COMMAND_HOME)
            const { sled } = bench.cart.board.rig
            await bench.cart.until(() => sled.positionMm < 0, bench.nowUs + LIMIT_US)
            await accept(bench, machine.COMMAND_STOP)
            await bench.wait(100)
            await bench.home()
        },
    },
    {
        name: "calibrating stopped in mid-move, then homing",
        run: async bench => {
            await accept(bench, machine.COMMAND_CALIBRATE, 10_000)
            await bench.wait(3000)
            await accept(bench, machine.COMMAND_STOP)
            await bench.wait(BRAKING_MS)
            await homeAgain(bench)
        },
    },
    {
        name: "jog to the near end of travel, then homing",
        run: async bench => {
            await accept(bench, machine.COMMAND_JOG, -JOG_MM_PER_S * NM_PER_MM)
            await hold(bench, 1500)
            await standstill(bench)
            await homeAgain(bench)
        },
    },
    {
        name: "release, engage, homing",
        run: async bench => {
            await accept(bench, machine.COMMAND_RELEASE)
            await bench.wait(200)
            await accept(bench, machine.COMMAND_ENGAGE)
            await bench.home()
        },
    },
]

/** Each case starts and ends in the state "ready". */
export function allMoves(speeds: readonly number[]): MoveCase[] {
    return [
        ...speeds.flatMap(pullbacks),
        ...changes(),
        stepped(10, 1, { stepUm: 10, dwellMs: 0 }),
        stepped(1, 1, { stepUm: 100, dwellMs: 20 }),
        stepped(10, 3, { stepUm: 500, dwellMs: 20 }),
        stepped(5, 2, { stepUm: 500, dwellMs: 100, gate: GATE }),
        ...HOMINGS,
    ]
}
