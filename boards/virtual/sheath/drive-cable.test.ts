// The drive cable in its sheath: capstan, slack at reversal, static friction, determinism; and bad sheath files.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { DriveCable } from "./drive-cable"
import { type Sheath, sheathFromJson, SHEATHS } from "./sheath"

const test = suite("drive cable")

/** One half turn, no other friction than the tip's, no static friction. */
const HALF_TURN: Sheath = {
    length_mm: 1000,
    stiffness_n_per_mm: 1,
    friction: 0.1,
    push_factor: 1,
    static_ratio: 1,
    critical_mm_per_s: 0,
    drag_n_per_m: 0,
    tip_drag_n: 0.2,
    bends: [{ at_mm: 500, over_mm: 400, angle_deg: 180 }],
}

const STEP_S = 1e-3

/** Moves the sled at 2 mm/s. */
function move(cable: DriveCable, fromMm: number, toMm: number): void {
    const steps = Math.round(Math.abs(toMm - fromMm) / 2 / STEP_S)
    for (let i = 1; i <= steps; i++) cable.moveTo(fromMm + ((toMm - fromMm) * i) / steps, STEP_S)
}

test("capstan: a half turn multiplies the tip's drag by e^(0.1 pi)", () => {
    const cable = new DriveCable(HALF_TURN, 0)
    move(cable, 0, 10)
    // 13 springs take the exponential in pieces: within 2 %
    const expected = 0.2 * Math.exp(0.1 * Math.PI)
    assert.ok(
        Math.abs(-cable.forceOnSledN / expected - 1) < 0.02,
        `${cable.forceOnSledN} N, not ${-expected} N`
    )
})

test("without bends the slack at reversal is twice the drag over the stiffness", () => {
    const cable = new DriveCable({ ...HALF_TURN, bends: [] }, 0)
    move(cable, 0, 5)
    const pulledMm = cable.positionMm
    // 0.2 N on 1 N/mm
    assert.ok(Math.abs(pulledMm - 4.8) < 1e-6, `${pulledMm}`)
    move(cable, 5, 4.61)
    assert.ok(Math.abs(cable.positionMm - pulledMm) < 1e-9, "0.39 mm are slack")
    move(cable, 4.61, 0)
    assert.ok(Math.abs(cable.positionMm - 0.2) < 1e-6, `${cable.positionMm}`)
    assert.ok(Math.abs(cable.forceOnSledN - 0.2) < 1e-6)
})

test("a pushed cable rubs more in a bend", () => {
    const force = (push_factor: number): number => {
        const cable = new DriveCable({ ...HALF_TURN, push_factor }, 20)
        move(cable, 20, 10)
        return cable.forceOnSledN
    }
    const ratio = force(2) / force(1)
    // e^(0.2 pi) over e^(0.1 pi), within 3 % for the pieces
    assert.ok(Math.abs(ratio / Math.exp(0.1 * Math.PI) - 1) < 0.03, `${ratio}`)
})

test("static friction: the tip starts with a jump, and below the critical speed it goes on in jumps", () => {
    const sheath = { ...HALF_TURN, bends: [], static_ratio: 2, critical_mm_per_s: 5 }
    const cable = new DriveCable(sheath, 0)
    move(cable, 0, 0.39)
    assert.is(cable.positionMm, 0)
    move(cable, 0.39, 0.41)
    // 0.4 N fall to 0.2 N on 1 N/mm
    assert.ok(cable.positionMm > 0.19, `${cable.positionMm}`)
    let jumps = 0
    for (let mm = 0.41; mm < 4; mm += 0.002) {
        const beforeMm = cable.positionMm
        cable.moveTo(mm, STEP_S)
        if (cable.positionMm - beforeMm > 0.1) jumps++
    }
    // 0.2 mm a jump, after a little sliding: 14 to 18 in 3.6 mm
    assert.ok(jumps >= 14 && jumps <= 18, `${jumps} jumps`)
})

test("the number of springs hardly matters", () => {
    const travel = (springs: number): number => {
        const cable = new DriveCable({ ...SHEATHS.tortuous, static_ratio: 1 }, 30, springs)
        move(cable, 30, 1)
        const fromMm = cable.positionMm
        move(cable, 1, 41)
        return cable.positionMm - fromMm
    }
    // 40 mm of the sled; twice the springs resolve its shortest bend
    assert.ok(Math.abs(travel(13) - travel(26)) < 0.4, `${travel(13)}, ${travel(26)}`)
})

test("equal motions give equal paths, and at rest nothing moves", () => {
    const path = (): number[] => {
        const cable = new DriveCable(SHEATHS.tortuous, 5)
        const places: number[] = []
        for (let mm = 5; mm < 8; mm += 0.01) {
            cable.moveTo(mm, STEP_S)
            places.push(cable.positionMm)
        }
        for (let i = 0; i < 5; i++) {
            cable.moveTo(8, STEP_S)
            places.push(cable.positionMm)
        }
        return places
    }
    const places = path()
    assert.equal(path(), places)
    assert.is(places.at(-1), places.at(-3))
})

test("bad sheath files are refused in one sentence", () => {
    const text = (change: object): string => JSON.stringify({ ...SHEATHS.easy, ...change })
    assert.equal(sheathFromJson(text({})), SHEATHS.easy)
    for (const [bad, message] of [
        ["", /is empty/],
        ["{", /is not JSON/],
        ["7", /no object; an object with length_mm/],
        [text({ colour: 1 }), /a field colour that does not exist/],
        [text({ friction: "low" }), /friction = "low"; a number from 0 to 0.5/],
        [text({ bends: [{ at_mm: 5 }] }), /no bends.0.over_mm; add it/],
        [
            text({ bends: [{ at_mm: 1349, over_mm: 10, angle_deg: 9 }] }),
            /a bend from 1344 to 1354 mm/,
        ],
        [JSON.stringify({ length_mm: 1000 }), /no stiffness_n_per_mm; add it/],
    ] as const)
        assert.throws(
            () => sheathFromJson(bad),
            (error: Error) => message.test(error.message) && /^[^\n]+\.$/.test(error.message)
        )
})

test.run()
