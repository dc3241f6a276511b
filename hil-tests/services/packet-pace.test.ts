// The packets that the cart sends in its busiest second, by purpose, against the budget of services/README.md.
import { readFileSync } from "node:fs"
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { readCommands, readReports, type Report } from "../../boards/virtual/vm/jacdac-frame"
import { EVENT_STATE } from "../../src/shared/codes"
import * as machine from "../../src/shared/cart-machine"
import { CART_COMMAND, GET_REGISTER, SERVICE_CART } from "../../src/shared/service-table"
import { codeOf, serviceSpec, serviceSpecs } from "../../src/tools/services/service-specs"
import { BenchCart } from "../support/carts/bench-cart"
import { JacdacClient } from "../support/jacdac/jacdac-client"
import { jacdac } from "../../boards/virtual/network/jacdac-ts"
import { RawClient } from "../support/jacdac/raw-client"
import { RawUnit } from "../support/jacdac/raw-unit"

const test = suite("pace of packets")

const README = new URL("../../services/README.md", import.meta.url)
/** The VM sends five packets at once, then one each 20 ms. */
const PACKETS_PER_S = 50
/** Beside two units: four replies may wait, three packets each 100 ms go to other purposes first. */
const REPLY_LIMIT_MS = 200
/** A control loop of 10 ms, the runtime, and the wire: 1.5 ms for each of two units. */
const CHANGE_LIMIT_MS = 20
const EVENT = 0x8000
const CART = serviceSpec("pullback-cart")
const STATUS = GET_REGISTER | codeOf(CART, "status")
const DEVICES = [0xbed51de1, 0xbed51de2]
const TOLD = new Map([
    [0x80, "status to units"],
    [0x81, "settings to units"],
    [0x82, "answers to units"],
])
const SECONDS = 3
/** The sled is started and stopped twice a second, by 2 mm/s. */
const HALF_S = 500
const TOOL_READS_PER_S = 2
const JOG_NM_S = 2e6

/** The budget of the page: purpose and packets per second. */
function budget(): Map<string, number> {
    const rows = readFileSync(README, "utf8").matchAll(/^\| ([a-z][^|]*?) +\| +(\d+) +\|$/gm)
    return new Map([...rows].map(([, purpose, perS]) => [purpose!, Number(perS)]))
}

function purposeOf({ serviceIndex, command }: Report): string {
    if (serviceIndex === 0 && command === 0) return "announcements"
    if (command & EVENT) return "events"
    return command >= GET_REGISTER ? "replies to reads" : "reports of commands"
}

/** Counts the packets that the cart's program sends. */
class PacketCounter {
    readonly counts = new Map<string, number>()

    constructor(bench: BenchCart, cart: Uint8Array) {
        const hex = (id: Uint8Array | undefined): string => Buffer.from(id ?? []).toString("hex")
        bench.cart.board.cable.plug(frame => {
            for (const report of readReports(frame))
                if (hex(report.deviceId) === hex(cart)) this.add(purposeOf(report))
            for (const { deviceId, command } of readCommands(frame)?.commands ?? [])
                if (deviceId && DEVICES.includes(Buffer.from(deviceId).readUInt32LE(0)))
                    this.add(TOLD.get(command)!)
        })
    }

    private add(purpose: string): void {
        this.counts.set(purpose, (this.counts.get(purpose) ?? 0) + 1)
    }
}

test("in a busy second with two units no purpose needs more packets than its budget, all together not more than the VM sends, and units hear of a change within 20 ms [IVUS-SVC-007]", async () => {
    const bench = await BenchCart.homed()
    const { board, clock, session } = bench.cart
    const [unit, other] = DEVICES.map(device => new RawUnit(board, device)) as [RawUnit, RawUnit]
    const tool = new RawClient(board, CART.classIdentifier)
    await bench.wait(3000)
    const { counts } = new PacketCounter(bench, unit.cartId!)
    const fromUs = bench.nowUs
    const askedUs: number[] = []
    const every = (ms: number, firstMs: number, action: () => void): void => {
        for (let at = firstMs; at < 1000 * SECONDS; at += ms) clock.at(fromUs + 1000 * at, action)
    }
    unit.stayPresent()
    every(1000 / TOOL_READS_PER_S, 47, () => {
        askedUs.push(bench.nowUs)
        tool.send(SERVICE_CART, STATUS)
    })
    // Four changes of state a second, two commands that are accepted and two that are refused.
    every(HALF_S, 11, () => session.command(machine.COMMAND_JOG, JOG_NM_S))
    for (let ms = 50; ms < 250; ms += 50)
        every(HALF_S, 11 + ms, () => session.command(machine.COMMAND_HOLD))
    every(HALF_S, 260, () => unit.send(SERVICE_CART, CART_COMMAND + machine.COMMAND_STOP))
    every(HALF_S, 400, () => other.command(machine.COMMAND_ENGAGE))
    every(HALF_S, 450, () => unit.command(machine.COMMAND_ENGAGE))
    await bench.wait(1000 * SECONDS)
    const allowed = budget()
    assert.equal([...counts.keys()].sort(), [...allowed.keys()].sort(), "purposes")
    let sum = 0
    for (const [purpose, perS] of allowed) {
        const used = counts.get(purpose)! / SECONDS
        assert.ok(used <= perS, `${purpose}: ${used} packets per second`)
        sum += perS
    }
    assert.ok(sum <= PACKETS_PER_S, `${sum} packets per second`)
    // The replies come in the order of the requests.
    const delaysMs = tool.reports
        .filter(r => r.serviceIndex === SERVICE_CART && r.command === STATUS)
        .map(({ timeUs }, i) => (timeUs - askedUs[i]!) / 1000)
    assert.is(delaysMs.length, askedUs.length, "each read is answered")
    const worstMs = Math.max(...delaysMs)
    assert.ok(worstMs < REPLY_LIMIT_MS, `a reply after ${worstMs} ms`)
    assert.is(hearInTime(bench, [unit, other], fromUs), 4 * SECONDS)
})

/** Each unit hears of each change of state in time. @returns how many changes there were */
function hearInTime(bench: BenchCart, units: readonly RawUnit[], fromUs: number): number {
    const changes = bench.events.filter(
        ({ code, time_ms }) => code === EVENT_STATE && 1000 * time_ms >= fromUs
    )
    for (const { statuses } of units)
        for (const { time_ms, value } of changes) {
            const told = statuses.find(
                ({ values }) => Number(values["time_ms"]) >= time_ms && values["state"] === value
            )!
            const lateMs = told.timeUs / 1000 - time_ms
            assert.ok(lateMs <= CHANGE_LIMIT_MS, `state ${value} told after ${lateMs} ms`)
        }
    return changes.length
}

test("beside a dashboard of jacdac-ts that shows all registers, two units hear of each change within 20 ms [IVUS-SVC-007]", async () => {
    const bench = await BenchCart.homed()
    const { board, clock, session } = bench.cart
    const dashboard = await JacdacClient.connect(board)
    await dashboard.service(CART.classIdentifier)
    const classes = serviceSpecs().map(({ classIdentifier }) => classIdentifier)
    const shown = dashboard.bus
        .services()
        .filter(({ serviceClass }) => classes.includes(serviceClass))
        .flatMap(service => service.registers())
    // jacdac-ts reads what somebody listens to.
    for (const register of shown) register.on(jacdac.REPORT_UPDATE, () => undefined)
    const units = DEVICES.map(device => new RawUnit(board, device))
    await dashboard.wait(1000)
    const fromUs = bench.nowUs
    // The interval is no multiple of the loop or of the status.
    for (let ms = 0; ms < 1000 * SECONDS; ms += 333) {
        clock.at(fromUs + 1000 * ms, () => session.command(machine.COMMAND_JOG, JOG_NM_S))
        clock.at(fromUs + 1000 * (ms + 100), () => session.command(machine.COMMAND_STOP))
    }
    await dashboard.wait(1000 * SECONDS)
    assert.ok(hearInTime(bench, units, fromUs) >= 18)
    const read = shown.filter(({ data }) => data !== undefined).length
    // It asks slower for what was not answered at first, so the last ones appear later.
    assert.ok(read >= 8, `the dashboard shows ${read} registers`)
    await dashboard.stop()
})

test.run()
