// Responsible for: how far a sled in order stays from the limits of supervision, over seeds, speeds and guides, as the motor
// driver's answers on the bus show it. `node --import tsx hil-tests/tools/supervision-margins.ts 1,2 0.25,1,10 2 0.8`
// (seeds, mm/s, friction in N which varies by 30 %, sliding part of it); needs `npm run build`.
// Not for: reaction times (../timing.test.ts).

import type { SpiTransfer } from "../../boards/virtual/spi-bridge"
import { FollowCheck } from "../../src/firmware/motion/follow-check"
import { forceIsKnown, forceMn } from "../../src/firmware/motion/force"
import {
    CALIBRATION_LENGTH,
    nominalCalibration,
    readCalibration,
    screwErrorNm,
} from "../../src/wire/calibration"
import * as machine from "../../src/wire/cart-machine"
import { speedOfVmax } from "../../src/wire/ramp"
import { BenchCart, REQUEST } from "./bench-cart"

const XACTUAL = 0x21
const X_ENC = 0x39
const VACTUAL = 0x22
const RAMP_STAT = 0x35
const DRV_STATUS = 0x6f
const VZERO = 0x400
const AT_SWITCH = 3
const WRITE = 0x80
/** Writes that begin a move or set a position anew. */
const ANEW = [0x2d | WRITE, XACTUAL | WRITE, X_ENC | WRITE]
const GLOBAL_SCALER = 128
/** A record begins with version 1 and 32 points. */
const RECORD = Buffer.from("01002000", "hex")

const [seeds, speeds, [frictionN], [sliding]] = ["1", "0.25,1,10", "2", "0.8"]
    .map((usual, i) => process.argv[2 + i] ?? usual)
    .map(words => words.split(",").map(Number)) as [
    number[],
    number[],
    [number],
    [number],
]

class Margins {
    polls = 0
    alarms = 0
    readonly worst = new Map<string, number>()
    calibration = nominalCalibration()
    surveyed = false
    private readonly follow = new FollowCheck()
    private state = -1
    private asked = -1
    private answers = new Map<number, number>()

    bench: BenchCart | undefined

    readonly onSpi = ({ device, mosi, miso }: SpiTransfer): void => {
        if (device !== "tmc5160" || mosi.length !== 5) return
        this.answers.set(this.asked, Buffer.from(miso).readInt32BE(1))
        this.asked = mosi[0]!
        if (ANEW.includes(this.asked)) this.follow.restart()
        if (this.asked === 0x04 && this.answers.has(DRV_STATUS)) this.poll()
    }

    private poll(): void {
        const { answers } = this
        const answer = (address: number): number => answers.get(address) ?? 0
        const [x, status] = [answer(XACTUAL), answer(DRV_STATUS)]
        const standing = (answer(RAMP_STAT) & VZERO) !== 0
        const state = this.bench?.stateNow ?? 0
        if (state !== this.state || (standing && answer(RAMP_STAT) & AT_SWITCH))
            this.follow.restart()
        this.state = state
        this.polls++
        this.answers = new Map()
        const c = this.calibration
        const nm = 1e9 / c.microsteps_per_m
        const even = this.surveyed && state !== machine.STATE_HOMING
        const underWay = this.follow.underWay()
        const ok = this.follow.step(
            x * nm + (even ? screwErrorNm(c, x) : 0),
            answer(X_ENC) * nm,
            standing,
            even
        )
        if (!ok) {
            this.alarms++
            this.follow.restart()
        }
        const name = machine.STATE_NAMES[state] ?? "?"
        const where = underWay ? "under way" : "at start"
        const apartUm = Math.abs(this.follow.apart_nm) / 1000
        this.note(`${name}: um ${where}`, apartUm)
        const vactual = (answer(VACTUAL) << 8) >> 8
        const speed = speedOfVmax(vactual, c.microsteps_per_m / 1000, c.fclk_hz)
        if (forceIsKnown(status, speed))
            this.note(
                `${name}: N`,
                forceMn(status, GLOBAL_SCALER, speed) / 1000
            )
    }

    private note(what: string, value: number): void {
        this.worst.set(what, Math.max(value, this.worst.get(what) ?? 0))
    }
}

let seconds = 0
for (const seed of seeds) {
    let settings: Uint8Array | undefined
    for (const speedMmPerS of speeds) {
        const margins = new Margins()
        const lengthMm = Math.max(1, Math.min(20, speedMmPerS * 4))
        const guide = { stictionN: frictionN, stictionVariation: 0.3, slidingFraction: sliding } // prettier-ignore
        const bench = await BenchCart.boot(
            { ...REQUEST, speedMmPerS, lengthMm },
            {
                seed,
                sled: { sled: guide },
                onSpi: margins.onSpi,
                ...(settings && { settings }),
            }
        )
        margins.bench = bench
        await bench.home()
        if (!settings) await bench.calibrate()
        settings = Uint8Array.from(bench.cart.board.settings)
        const at = Buffer.from(settings).indexOf(RECORD)
        margins.calibration = readCalibration(
            settings.subarray(at, at + CALIBRATION_LENGTH)
        )
        margins.surveyed = true
        await bench.pull()
        await bench.cart.until(() => bench.ended, bench.nowUs + 90e6)
        await bench.wait(500)
        bench.cart.session.command(machine.ASK_RETURN)
        await bench.reach(machine.STATE_READY)
        seconds += bench.nowUs / 1e6
        const told = ["homing", "pulling", "returning"].flatMap(state =>
            ["um at start", "um under way", "N"].map(unit => {
                const value = margins.worst.get(`${state}: ${unit}`)
                return `${state} ${value?.toFixed(2) ?? "–"} ${unit}`
            })
        )
        console.log(
            `seed ${seed}, ${speedMmPerS} mm/s: ${told.join(", ")}; ${margins.alarms} alarms in ${margins.polls} polls`
        )
        bench.cart.board.stopVm()
    }
}
console.log(`${seconds.toFixed(0)} s of motion and rest`)
process.exit(0)
