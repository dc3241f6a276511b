// What a board puts on the Jacdac wire, and what tools and other boards hear of it.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { JacdacCable } from "./jacdac-cable"
import { commandFrame, commandTo, reportFrame } from "./vm/jacdac-frame"
import { VirtualClock } from "./vm/virtual-clock"
import { WireFilter } from "./wire-filter"

const test = suite("Jacdac wire")

const OWN = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
const OTHER = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 9)
const SERVICE = 0x14f1c2a7
const EMPTY = new Uint8Array(0)

const announcement = reportFrame(OWN, 0, 0, Uint8Array.of(1, 0, 0, 0))
const registerReport = reportFrame(OWN, 1, 0x1180, Uint8Array.of(5))
const event = reportFrame(OWN, 1, 0x8101, EMPTY)
const commandToOther = commandTo(OTHER, 1, 0x80, Uint8Array.of(5))
const commandToItself = commandTo(OWN, 1, 0x80, EMPTY)
const commandToClass = commandFrame(SERVICE, 0x80, EMPTY)

// jdiface.c of the DeviceScript runtime: "no need to send packets to/from ourselves on the SWS wire".
test("announcements and commands to others pass, reports of own services and commands to itself do not", () => {
    const filter = new WireFilter()
    const passes = (frame: Uint8Array): boolean => filter.passes(frame)
    assert.is(passes(announcement), true)
    assert.equal([registerReport, event, commandToItself].map(passes), [false, false, false])
    assert.equal([commandToOther, commandToClass].map(passes), [true, true])
})

test("a board that announces itself twice is still one device", () => {
    const filter = new WireFilter()
    filter.passes(announcement)
    filter.passes(announcement)
    assert.is(filter.passes(commandToItself), false)
    assert.is(filter.passes(commandToOther), true)
})

test("another board hears what is on the wire; a tool on the cart's USB hears all of the cart, and of a unit the wire", () => {
    const clock = new VirtualClock()
    const cable = new JacdacCable(clock)
    const heard: Record<string, Uint8Array[]> = { cart: [], unit: [], tool: [] }
    const note = (name: string) => (frame: Uint8Array) => void heard[name]!.push(frame)
    const cart = cable.plugBoard(note("cart"), true)
    const unit = cable.plugBoard(note("unit"))
    const tool = cable.plug(note("tool"))
    const run = (): void => {
        while (clock.step(clock.nowUs + 1e5));
    }
    const all = [announcement, registerReport, event, commandToOther]
    for (const frame of all) cart.send(frame)
    run()
    assert.equal(heard, { cart: [], unit: [announcement, commandToOther], tool: all })

    for (const name of ["cart", "unit", "tool"]) heard[name] = []
    for (const frame of all) unit.send(frame)
    run()
    const wire = [announcement, commandToOther]
    assert.equal(heard, { cart: wire, unit: [], tool: wire })

    for (const name of ["cart", "unit", "tool"]) heard[name] = []
    for (const frame of all) tool.send(frame)
    run()
    assert.equal(heard, { cart: all, unit: all, tool: [] })
})

test("what nobody hears takes no time on the wire", () => {
    const clock = new VirtualClock()
    const cable = new JacdacCable(clock)
    const times: number[] = []
    const cart = cable.plugBoard(() => assert.unreachable(), true)
    cable.plugBoard(() => times.push(clock.nowUs))
    cart.send(registerReport)
    cart.send(commandToOther)
    while (clock.step(1e5));
    // 20 bytes of 10 us after a gap of 100 us.
    assert.equal(times, [300])
})

test("an unplugged board neither hears nor is heard, and can be plugged in again", () => {
    const clock = new VirtualClock()
    const cable = new JacdacCable(clock)
    let heard = 0
    const cart = cable.plugBoard(() => heard++, true)
    let port = cable.plugBoard(() => heard++)
    const both = (): number => {
        heard = 0
        cart.send(commandToOther)
        port.send(commandToOther)
        while (clock.step(clock.nowUs + 1e5));
        return heard
    }
    assert.is(both(), 2)
    port.unplug()
    assert.is(both(), 0)
    port = cable.plugBoard(() => heard++)
    assert.is(both(), 2)
})

test.run()
