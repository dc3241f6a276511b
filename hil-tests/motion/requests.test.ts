// Requests that are out of range, in the wrong state, repeated, or interrupted by their opposite:
// refused, and safe.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../src/shared/cart-machine"
import { nextState, STATE_NAMES } from "../../src/shared/cart-machine"
import { FRONT_END_LINE_ENGINE } from "../../src/shared/acquisition/catheters"
import { setupOf } from "../../src/host/sequence/pullback-request"
import type { Setup } from "../../src/shared/protocol/messages"
import * as codes from "../../src/shared/codes"
import { sentenceOf } from "../../src/shared/codes"
import { BenchCart, REQUEST } from "../support/carts/bench-cart"

const MM_S = 1_000_000
const setups = suite("a setup with one invalid field")

const STEPPED = { mode: 4, step_um: 500, dwell_ms: 100 }
const GATED = {
    ...STEPPED,
    mode: 5,
    trigger_rate_per_min: 75,
    refractory_ms: 750,
    timeout_ms: 3000,
}

/** A TGC curve at its maximum, except for the points in `other`. */
function gains(other: Readonly<Record<number, number>>): number[] {
    return Array.from({ length: 32 }, (_, i) => other[i] ?? 10_000)
}

/** The request, the code of its refusal, and the nearest allowed value. */
const INVALID: readonly [Partial<Setup>, number, number][] = [
    [{ catheter: "no-such-one" }, codes.REFUSED_CATHETER, 0],
    [{ catheter: "" }, codes.REFUSED_CATHETER, 0],
    [{ catheter: "array-10mhz" }, codes.REFUSED_CATHETER_PLUGGED, 0],
    [{ data: 2 }, codes.REFUSED_DATA, 0],
    [{ catheter: "rotational-40mhz", data: 1, pair_list: 1 }, codes.REFUSED_DATA, 0],
    [{ pair_list: 1 }, codes.REFUSED_PAIR_LIST, 0],
    [{ data: 1, pair_list: 0 }, codes.REFUSED_PAIR_LIST, 0],
    [{ data: 1, pair_list: 5 }, codes.REFUSED_PAIR_LIST, 0],
    [{ data: 1, pair_list: 4 }, codes.REFUSED_PAIRS_MISSING, 0],
    [{ data: 1, pair_list: 1, frame_rate_mhz: 30_000 }, codes.REFUSED_SPI_RATE, 2325],
    [{ data: 1, pair_list: 3, frame_rate_mhz: 99 }, codes.REFUSED_FRAME_RATE, 100],
    [{ tgc: 2 }, codes.REFUSED_TGC_KIND, 0],
    [{ tgc: 0xffff }, codes.REFUSED_TGC_KIND, 0],
    [{ tgc: 1, tgc_cdb: gains({ 0: 10_001 }) }, codes.REFUSED_TGC, 10_000],
    [{ tgc: 1, tgc_cdb: gains({ 31: 10_001 }) }, codes.REFUSED_TGC, 10_000],
    [{ tgc: 1, tgc_cdb: gains({ 17: 0xffff }) }, codes.REFUSED_TGC, 10_000],
    // The value is the cart's front end.
    [{ catheter: "single-un0rick" }, codes.REFUSED_FRONT_END, FRONT_END_LINE_ENGINE],
    [{ lines_per_frame: 512 }, codes.REFUSED_LINES, 256],
    [{ samples_per_line: 15 }, codes.REFUSED_SAMPLES, 16],
    [{ samples_per_line: 65535 }, codes.REFUSED_SAMPLES, 1024],
    [{ data: 1, pair_list: 1, lines_per_frame: 256 }, codes.REFUSED_LINES, 0],
    [{ data: 1, pair_list: 1, samples_per_line: 256 }, codes.REFUSED_SAMPLES, 0],
    // Twice as long, half as many: 0.85 · 40 MHz / (8 · 536) / 256.
    [{ samples_per_line: 512, frame_rate_mhz: 31_000 }, codes.REFUSED_SPI_RATE, 30_040],
    [{ speed_nm_s: 0 }, codes.REFUSED_SPEED, 250_000],
    [{ speed_nm_s: 240_000 }, codes.REFUSED_SPEED, 250_000],
    [{ speed_nm_s: 1_234_567 }, codes.REFUSED_SPEED, 1_230_000],
    [{ speed_nm_s: 10_010_000 }, codes.REFUSED_SPEED, 10_000_000],
    [{ speed_nm_s: 0xffffffff }, codes.REFUSED_SPEED, 10_000_000],
    [{ length_nm: 0 }, codes.REFUSED_LENGTH, 1_000_000],
    [{ length_nm: 999_000 }, codes.REFUSED_LENGTH, 1_000_000],
    [{ length_nm: 5_000_001 }, codes.REFUSED_LENGTH, 5_000_000],
    [{ length_nm: 0xffffffff }, codes.REFUSED_LENGTH, 150_000_000],
    [{ frame_rate_mhz: 0 }, codes.REFUSED_FRAME_RATE, 1000],
    [{ frame_rate_mhz: 90_000 }, codes.REFUSED_SPI_RATE, 59_291],
    [{ frame_rate_mhz: 0xffffffff }, codes.REFUSED_FRAME_RATE, 59_291],
    [{ mode: 0 }, codes.REFUSED_MOVE_KIND, 1],
    [{ mode: 2 }, codes.REFUSED_MOVE_KIND, 1],
    [{ mode: 65535 }, codes.REFUSED_MOVE_KIND, 1],
    [{ ...STEPPED, step_um: 0 }, codes.REFUSED_STEP, 10],
    [{ ...STEPPED, step_um: 5001 }, codes.REFUSED_STEP, 5000],
    [{ ...STEPPED, step_um: 300 }, codes.REFUSED_STEP_COUNT, 5_100_000],
    [{ ...STEPPED, dwell_ms: 33 }, codes.REFUSED_DWELL, 34],
    [{ ...STEPPED, dwell_ms: 10_001 }, codes.REFUSED_DWELL, 10_000],
    [{ ...GATED, trigger_rate_per_min: 29 }, codes.REFUSED_TRIGGER_RATE, 30],
    [{ ...GATED, trigger_rate_per_min: 241 }, codes.REFUSED_TRIGGER_RATE, 240],
    [{ ...GATED, refractory_ms: 100 }, codes.REFUSED_REFRACTORY, 700],
    [{ ...GATED, refractory_ms: 801 }, codes.REFUSED_REFRACTORY, 800],
    [{ ...GATED, timeout_ms: 1000 }, codes.REFUSED_TIMEOUT, 1600],
    [{ ...GATED, timeout_ms: 10_001 }, codes.REFUSED_TIMEOUT, 10_000],
]

setups(
    "is refused with its code and the nearest allowed value; nothing moves [IVUS-MOT-012]",
    async () => {
        const bench = await BenchCart.homed()
        const { rig, transmit } = bench.cart.board
        const at = rig.sled.positionMm
        for (const [fields, reason, value] of INVALID) {
            const refusal = await bench.setUpWith(fields)
            const request = JSON.stringify(fields)
            assert.is(refusal?.reason, reason, `${request}: ${sentenceOf(refusal?.reason ?? 0)}`)
            assert.is(refusal?.value, value, request)
        }
        assert.is((await bench.command(machine.COMMAND_LIVE))?.reason, codes.REFUSED_NO_SETUP)
        assert.is(transmit.count, 0)
        assert.ok(Math.abs(rig.sled.positionMm - at) < 1e-4)
        // The limit itself is allowed.
        assert.is(await bench.setUpWith({ tgc: 1, tgc_cdb: gains({}) }), undefined)
        // The cart still works.
        await bench.pull()
    }
)

setups(
    "random setups are accepted or refused, and never cause a fault (20 per seed) [IVUS-MOT-012]",
    async () => {
        const bench = await BenchCart.homed()
        const u16 = fc.integer({ min: 0, max: 0xffff })
        const u32 = fc.integer({ min: 0, max: 0xffffffff })
        const randomSetup = fc.record(
            {
                speed_nm_s: u32,
                length_nm: u32,
                frame_rate_mhz: u32,
                mode: fc.oneof(u16, fc.constantFrom(1, 4, 5)),
                step_um: u16,
                dwell_ms: u16,
                trigger_rate_per_min: u16,
                refractory_ms: u16,
                timeout_ms: u16,
                tgc: fc.oneof(u16, fc.constantFrom(0, 1)),
                tgc_cdb: fc.array(u16, { minLength: 32, maxLength: 32 }),
            },
            { requiredKeys: [] }
        )
        for (const fields of fc.sample(randomSetup, { numRuns: 20, seed: 20140 })) {
            const refusal = await bench.setUpWith(fields)
            if (refusal) assert.ok(refusal.reason >= 201 && refusal.reason <= 259)
            assert.is(bench.stateNow, machine.STATE_READY)
        }
    }
)

setups.run()

const wrongState = suite("a request in the wrong state")

/** How to bring a ready cart into each state; in some the sled moves. */
const PATHS: readonly [number, (bench: BenchCart) => Promise<unknown>][] = [
    [machine.STATE_READY, async () => undefined],
    [machine.STATE_HOMING, b => b.command(machine.COMMAND_HOME)],
    [machine.STATE_CALIBRATING, b => b.command(machine.COMMAND_CALIBRATE, 20_000)],
    [machine.STATE_JOGGING, b => b.command(machine.COMMAND_JOG, 250_000)],
    [machine.STATE_MANUAL, b => b.command(machine.COMMAND_RELEASE)],
    [machine.STATE_LIVE, b => b.pullTo(machine.STATE_LIVE)],
    [machine.STATE_ARMED, b => b.pullTo(machine.STATE_ARMED)],
    [machine.STATE_PULLING, b => b.pullTo(machine.STATE_PULLING)],
    [
        machine.STATE_COMPLETED,
        b => b.pullTo(machine.STATE_PULLING).then(() => b.command(machine.COMMAND_STOP)),
    ],
    [
        machine.STATE_RETURNING,
        b =>
            b
                .pullTo(machine.STATE_PULLING)
                .then(() => b.wait(3000))
                .then(() => b.command(machine.COMMAND_STOP))
                .then(() => b.wait(200))
                .then(() => b.command(machine.COMMAND_RETURN)),
    ],
]
/** Control of the cart is no state. */
const COMMANDS = [...Array(machine.COMMAND_LAST).keys()]
    .map(i => i + 1)
    .filter(command => command !== machine.COMMAND_CONTROL)

/** Between the requests and the events of the state table. */
const UNKNOWN = 30

const TAKEN: readonly number[] = [
    machine.COMMAND_STOP,
    machine.COMMAND_ACKNOWLEDGE,
    machine.COMMAND_PAUSE_SOUND,
    machine.COMMAND_RING_DOWN,
]

for (const [state, path] of PATHS)
    wrongState(
        `${STATE_NAMES[state]}: refuses requests that the state table does not allow, and keeps its state [IVUS-MOT-001]`,
        async () => {
            const bench = await BenchCart.homed()
            await path(bench)
            assert.is(bench.stateNow, state)
            for (const command of [0, ...COMMANDS, UNKNOWN, 999]) {
                if (nextState(state, command) >= 0) continue
                // A jog ends if its hold command is not repeated.
                bench.cart.session.command(machine.COMMAND_HOLD)
                const refusal = await bench.command(command)
                assert.is(bench.stateNow, state, `after request ${command}`)
                // A stop is taken in every state, and so is what concerns the alarms of a cart that is in no fault, or the picture.
                if (TAKEN.includes(command)) {
                    assert.is(refusal, undefined)
                    continue
                }
                const isCommand = COMMANDS.includes(command)
                assert.is(refusal?.reason, isCommand ? codes.REFUSED_STATE : codes.REFUSED_COMMAND)
                if (isCommand) assert.is(refusal?.value, state)
            }
            const setup = await bench.setUpWith({})
            const taken = [machine.STATE_READY, machine.STATE_COMPLETED]
            if (taken.includes(state)) assert.is.not(setup?.reason, codes.REFUSED_STATE)
            else assert.is(setup?.reason, codes.REFUSED_STATE)
            bench.cart.board.stopVm()
        }
    )

wrongState.run()

const opposite = suite("a move interrupted by its opposite")

/** Speed by the ruler over the last 10 ms. */
const speedNow = (bench: BenchCart): number =>
    bench.cart.board.rig.ruler.speedMmPerS(bench.nowUs - 5000, 10)

opposite("a start during return is refused, and the return ends at the park position", async () => {
    const bench = await BenchCart.homed()
    const park = bench.cart.board.rig.sled.positionMm
    await bench.pull()
    await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
    await bench.command(machine.COMMAND_RETURN)
    await bench.wait(200)
    assert.is((await bench.command(machine.COMMAND_START))?.reason, codes.REFUSED_STATE)
    await bench.reach(machine.STATE_READY)
    // Two encoder counts.
    assert.ok(Math.abs(bench.cart.board.rig.sled.positionMm - park) < 0.002)
})

opposite(
    "stop during homing: the sled stops and is not homed [IVUS-MOT-004, IVUS-MOT-009]",
    async () => {
        const bench = await BenchCart.homed()
        await bench.command(machine.COMMAND_HOME)
        await bench.wait(300)
        assert.is(await bench.command(machine.COMMAND_STOP), undefined)
        await bench.wait(150)
        assert.is(bench.stateNow, machine.STATE_UNHOMED)
        assert.ok(Math.abs(speedNow(bench)) < 0.02)
        assert.is((await bench.setUpWith({}))?.reason, codes.REFUSED_STATE)
        assert.is((await bench.command(machine.COMMAND_LIVE))?.reason, codes.REFUSED_STATE)
        // A second stop has nothing to stop, and is taken.
        assert.is(await bench.command(machine.COMMAND_STOP), undefined)
        await bench.home()
    }
)

opposite(
    "stop during a calibration stroke: the sled stops and stays homed [IVUS-MOT-004]",
    async () => {
        const bench = await BenchCart.homed()
        await bench.command(machine.COMMAND_CALIBRATE, 20_000)
        await bench.wait(300)
        assert.is(await bench.command(machine.COMMAND_STOP), undefined)
        await bench.wait(150)
        assert.is(bench.stateNow, machine.STATE_READY)
        assert.ok(Math.abs(speedNow(bench)) < 0.02)
        assert.is(await bench.setUp(), codes.GOOD)
    }
)

opposite(
    "stop during return, then return again: the sled reaches its park position [IVUS-MOT-004]",
    async () => {
        const bench = await BenchCart.homed()
        await bench.pull()
        await bench.wait(4000)
        await bench.command(machine.COMMAND_STOP)
        await bench.wait(200)
        await bench.command(machine.COMMAND_RETURN)
        assert.is(await bench.command(machine.COMMAND_STOP), undefined)
        assert.is(bench.stateNow, machine.STATE_COMPLETED)
        await bench.wait(200)
        assert.ok(Math.abs(speedNow(bench)) < 0.02)
        await bench.command(machine.COMMAND_RETURN)
        await bench.reach(machine.STATE_READY)
    }
)

opposite("jog while armed is refused, and the pullback can start", async () => {
    const bench = await BenchCart.homed()
    await bench.pullTo(machine.STATE_ARMED)
    assert.is((await bench.command(machine.COMMAND_JOG, MM_S))?.reason, codes.REFUSED_STATE)
    assert.is(await bench.command(machine.COMMAND_START), undefined)
    await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
    assert.is(bench.cart.receiver.assembler!.frames.length, 150)
})

opposite(
    "jogs out of range report the limit, with the sign of the direction [IVUS-MOT-012]",
    async () => {
        const bench = await BenchCart.homed()
        const at = bench.cart.board.rig.sled.positionMm
        for (const [requested, nearest] of [
            [0, -250_000],
            [100_000, 250_000],
            [-100_000, -250_000],
            [0x7fffffff, 5_000_000],
            [-0x80000000, -5_000_000],
            [1_234_567, 1_230_000],
        ] as const) {
            const refusal = await bench.command(machine.COMMAND_JOG, requested)
            assert.is(refusal?.reason, codes.REFUSED_SPEED, String(requested))
            if (requested !== 0) assert.is(refusal?.value, nearest)
            assert.is(bench.stateNow, machine.STATE_READY)
        }
        assert.ok(Math.abs(bench.cart.board.rig.sled.positionMm - at) < 1e-4)
    }
)

opposite("a setup while the sled is braking is refused", async () => {
    const bench = await BenchCart.homed({ ...REQUEST, speedMmPerS: 10, lengthMm: 20 })
    await bench.pull()
    await bench.wait(1500)
    const { session } = bench.cart
    session.command(machine.COMMAND_STOP)
    session.setup(setupOf(REQUEST))
    await bench.wait(40)
    assert.is(bench.refusals.at(-1)?.reason, codes.REFUSED_BRAKING)
    // So is every request that would move the sled.
    session.command(machine.COMMAND_RETURN)
    session.command(machine.COMMAND_JOG, MM_S)
    await bench.wait(40)
    assert.equal(
        bench.refusals.slice(-2).map(r => r.reason),
        [codes.REFUSED_BRAKING, codes.REFUSED_BRAKING]
    )
    assert.is(bench.stateNow, machine.STATE_COMPLETED)
    await bench.wait(300)
    assert.is(await bench.setUpWith({}, REQUEST), undefined)
})

opposite.run()
