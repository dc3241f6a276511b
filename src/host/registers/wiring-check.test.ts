// The guided wiring check against every wiring fault: which step it finds wrong, and what it does not judge.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { STATE_FAULT, STATE_STOPPED, STATE_UNHOMED } from "../../shared/cart-machine"
import * as codes from "../../shared/codes"
import * as reg from "../../shared/devices/tmc5160"
import * as d from "../../shared/protocol/register-dump"
import { Dump } from "./dump"
import { type WiringAction, WiringCheck } from "./wiring-check"
import { cartReadingOf, readingOf, type WiringReading } from "./wiring-reading"

interface Wiring {
    /** What the two inputs read for the true states of the switches. */
    readonly inputs?: (home: boolean, far: boolean) => readonly [boolean, boolean]
    /** Encoder counts in mm for a true position. */
    readonly encoder?: (mm: number) => number
    readonly stageOff?: boolean
    /** The emergency stop opens its chain, and closes it again. */
    readonly opens?: boolean
    readonly closes?: boolean
    /** It is pressed when the check begins. */
    readonly pressed?: boolean
    /** The operator's answer to the question for a reset; undefined for none. */
    readonly answer?: boolean | undefined
    readonly fault?: number
    /** The person still moves the sled towards the patient after a switch, mm a reading. */
    readonly drift?: number
}

const STEP_MS = 2000

/** A cart and a person who does what is asked for, one reading each 100 ms. */
class Bench {
    private trueMm = 40
    private home = false
    private far = false
    private isPressed: boolean
    private isStopped: boolean
    private moves: (() => void)[] = []
    readonly asked: WiringAction[] = []
    readonly check = new WiringCheck(STEP_MS, (text, action) => {
        assert.match(text, /\.$/)
        this.asked.push(action)
        this.moves.push(...this.movesFor(action))
    })

    constructor(private readonly w: Wiring) {
        this.isPressed = this.isStopped = w.pressed ?? false
    }

    private movesFor(action: WiringAction): (() => void)[] {
        const drift = [1, 2, 3].map(() => () => void (this.trueMm -= this.w.drift ?? 0))
        switch (action) {
            case "home":
                return [() => void (this.home = true), () => void (this.home = false), ...drift]
            case "far":
                return [() => void (this.far = true), () => void (this.far = false), ...drift]
            case "away":
                return [1, 2, 3, 4].map(() => () => void (this.trueMm += 1.5))
            case "press":
                return [() => this.press()]
            case "release":
                return [() => undefined, () => void (this.isPressed = !(this.w.closes ?? true))]
            default:
                return []
        }
    }

    private press(): void {
        this.isPressed = this.w.opens ?? true
        this.isStopped ||= this.isPressed
    }

    private reading(): WiringReading {
        const { inputs = (h, f) => [h, f], encoder = mm => mm, stageOff = true, fault } = this.w
        const [home, far] = inputs(this.home, this.far)
        const state = this.isStopped ? STATE_STOPPED : fault ? STATE_FAULT : STATE_UNHOMED
        return {
            ...{ home, far, stageOff, positionMm: encoder(this.trueMm) },
            ...cartReadingOf(state, !this.isPressed && !this.isStopped, fault ?? codes.GOOD),
        }
    }

    private reset(): void {
        const answer = "answer" in this.w ? this.w.answer : true
        this.check.onReset("asked")
        if (answer === false) this.check.onReset("declined")
        if (!answer) return
        if (!this.isPressed) this.isStopped = false
        this.check.onReset(this.isPressed ? "open" : "done")
    }

    /** @returns names and texts of the results that are `ok` */
    run(ok: boolean | null = false): string[] {
        const { check } = this
        for (let nowMs = 0; !check.done; nowMs += 100) {
            assert.ok(nowMs < 10 * STEP_MS, "the check does not end")
            check.take(this.reading(), nowMs)
            this.moves.shift()?.()
            if (check.wantsReset) this.reset()
        }
        assert.is(
            check.isGood,
            check.results.every(r => r.ok)
        )
        return check.results.filter(r => r.ok === ok).map(r => `${r.name}: ${r.text}`)
    }
}

const test = suite("guided wiring check")

test("finds nothing wrong with right wires, and asks for each step once", () => {
    const bench = new Bench({})
    assert.equal(bench.run(), [])
    assert.ok(bench.check.isGood)
    assert.equal(bench.asked, ["home", "far", "away", "press", "release"])
})

for (const [name, wiring, ...expected] of [
    ["a cut home wire", { inputs: (_h, f) => [true, f] }, /at rest: .*home .*wire is cut/],
    ["a cut far wire", { inputs: h => [h, true] }, /at rest: .*far .*wire is cut/],
    ["a home short", { inputs: (_h, f) => [false, f] }, /^home switch: never .*short to ground/],
    ["a far short", { inputs: h => [h, false] }, /^far switch: never .*short to ground/],
    ["no switch cable", { inputs: () => [true, true] }, /both .*cable is off/],
    ["swapped switches", { inputs: (h, f) => [f, h] }, /home .*swap the wires/, /far .*swapped/],
    ["a dead encoder", { encoder: () => 7 }, /^encoder: does not count/],
    ["swapped A and B", { encoder: mm => -mm }, /^encoder: .*swap its channels A and B/],
    ["one channel cut", { encoder: mm => (mm > 41 ? 0.5 : 0) }, /^encoder: counted only 0\.50 mm/],
    ["a stage that stays on", { stageOff: false }, /^motor stage: still on: check .*DRV_ENN/],
    ["a gate", { fault: codes.FAULT_MOTOR_GATE }, /^motor stage: .*does not follow the safety/],
    ["a bridged e-stop", { opens: false }, /^emergency stop: its press was not seen: .*bridged/],
    ["an e-stop that stays open", { closes: false }, /^emergency stop: stays open: it is still/],
    ["an open e-stop", { pressed: true, closes: false }, /^emergency stop: stays open: it is pre/],
    [
        "a front end off",
        { fault: codes.FAULT_ENGINE_MISSING },
        /^cart: is in fault: .*SPI.* \(fault 121\)/,
    ],
] as [string, Wiring, ...RegExp[]][])
    test(`names ${name}`, () => {
        const wrong = new Bench(wiring).run()
        assert.is(wrong.length, expected.length, wrong.join("; "))
        expected.forEach((pattern, i) => assert.match(wrong[i]!, pattern))
    })

test("does not judge what another fault hides", () => {
    const inputs: Wiring["inputs"] = () => [true, true]
    const hidden = new Bench({ inputs, fault: codes.FAULT_SWITCHES }).run(null)
    assert.is(hidden.length, 3, hidden.join("; "))
    for (const name of ["home switch", "far switch", "emergency stop"])
        assert.ok(hidden.some(text => text.startsWith(`${name}: not judged`)))
})

test("a cart that is stopped is reset first; then its emergency stop is pressed", () => {
    const bench = new Bench({ pressed: true })
    assert.equal(bench.run(), [])
    assert.equal(bench.asked, ["release", "home", "far", "away", "press", "release"])
    assert.is(bench.check.results.filter(r => r.name === "emergency stop").length, 1)
    assert.match(bench.check.results[0]!.text, /^is stopped by its emergency stop/)
})

test("without a reset the release of the emergency stop is not judged", () => {
    for (const answer of [false, undefined]) {
        const bench = new Bench({ answer })
        assert.match(bench.run(null).join(), /^emergency stop: .*release was not judged/)
        assert.not(bench.check.isGood)
    }
})

test("a sled that is still moving after a switch is not judged by that motion", () => {
    assert.equal(new Bench({ drift: 3 }).run(), [])
})

test("a fault during the check ends it", () => {
    const wiring: { fault?: number } = {}
    const bench = new Bench(wiring)
    bench.check.take(cartAt(0), 0)
    bench.check.take({ ...cartAt(0), fault: codes.FAULT_MOTOR_DRIVER_RESET }, 100)
    assert.ok(bench.check.done)
    assert.match(bench.check.results.at(-1)!.text, /the remaining steps were not judged/)
})

test("a switch that is pressed and not released is not right", () => {
    let pressed = false
    const check = new WiringCheck(STEP_MS, (_text, action) => void (pressed ||= action === "home"))
    for (let nowMs = 0; nowMs < 2500; nowMs += 100)
        check.take({ ...cartAt(0), home: pressed }, nowMs)
    assert.match(check.results[3]!.text, /was not released/)
})

test("reads the position with the scale that the chip has: a failed self test has not written it", () => {
    const COUNTS_NM = 500
    const positionFor = (scale: number | undefined, xEnc: number): number | undefined => {
        const dump = new Dump(1)
        const add = (address: number, value: number, source: number): void =>
            dump.add({
                ...{ serial: 1, index: dump.registers.length, count: 9, chip: d.DUMP_MOTOR },
                ...{ address, value: value >>> 0, source },
            })
        add(reg.IOIN, reg.IOIN_VERSION << 24, d.SOURCE_READ)
        add(reg.X_ENC, xEnc, d.SOURCE_READ)
        assert.is(readingOf(dump, COUNTS_NM), undefined)
        if (scale === undefined) add(reg.ENC_CONST, 0, d.SOURCE_NEVER_WRITTEN)
        else add(reg.ENC_CONST, scale, d.SOURCE_SHADOW)
        return readingOf(dump, COUNTS_NM)?.positionMm
    }
    // 20,000 counts of 500 nm; 25.6 microsteps each.
    assert.is(positionFor(undefined, 20_000), 10)
    assert.is(positionFor(0x0019_1770, 512_000), 10)
    assert.is(positionFor(0x0019_1770, -512_000), -10)
})

function cartAt(positionMm: number): WiringReading {
    return {
        ...{ home: false, far: false, stageOff: true, positionMm },
        ...{ stopped: false, safe: true, fault: codes.GOOD },
    }
}

test.run()
