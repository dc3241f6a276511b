// Golden vectors of the character screen, byte for byte: frames derived from the protocol and service specifications,
// and frames recorded from the official runtime.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { CharacterPanel, type PanelOptions } from "./character-screen"
import { VirtualClock } from "../vm/virtual-clock"
import { crc16 } from "../vm/testing/crc16-bitwise"

const test = suite("character screen")

/** Device identifier of the panel, present in every frame to and from it. */
const ID = "2e9107c35a18e466"

/** A frame with these contents, with CRC and size prepended. */
function frame(flags: string, identifier: string, packets: string): string {
    const size = (packets.length / 2).toString(16).padStart(2, "0")
    const rest = Buffer.from(size + flags + identifier + packets, "hex")
    const crc = Buffer.alloc(2)
    crc.writeUInt16LE(crc16(rest))
    return crc.toString("hex") + rest.toString("hex")
}

function bench(options: PanelOptions = { rows: 8, columns: 21 }) {
    const clock = new VirtualClock()
    const sent: string[] = []
    const panel = new CharacterPanel(
        clock,
        bytes => void sent.push(Buffer.from(bytes).toString("hex")),
        options
    )
    const wait = (ms: number): void => {
        const untilUs = clock.nowUs + 1000 * ms
        while (clock.step(untilUs));
    }
    /** Frames that the panel sends within 1 ms. */
    const exchange = (hex: string): string[] => {
        const from = sent.length
        panel.receive(Buffer.from(hex, "hex"))
        wait(1)
        return sent.slice(from)
    }
    wait(110)
    return { clock, panel, sent, wait, exchange }
}

test("announces its service every 500 ms with a restart count from 1 to 15 and its capabilities, and sends nothing else", () => {
    const { sent, wait } = bench()
    // Size 12: payload length 8, service 0, command 0; restarts, flags, two reserved bytes, class 0x1f37c56a.
    const announced = (restarts: string): string =>
        frame("00", ID, `08000000${restarts}0700006ac5371f`)
    assert.equal(sent, [announced("01")])
    wait(1000)
    assert.equal(sent.slice(1), [announced("02"), announced("03")])
    wait(20_000)
    assert.is(sent.length, 43)
    assert.is(sent[42], announced("0f"))
})

test("replies to the official runtime's frames: reads of columns and rows, a new message", () => {
    const { exchange, panel, clock } = bench()
    assert.equal(exchange("160004012e9107c35a18e46600018111"), [
        "d80008002e9107c35a18e4660101811115000000",
    ])
    assert.equal(exchange("273304012e9107c35a18e46600018011"), [
        "596708002e9107c35a18e4660101801108000000",
    ])
    const timeUs = clock.nowUs
    const set = "84c319012e9107c35a18e46615010220756e686f6d65640a61727261792d32306d687a2031"
    assert.equal(exchange(set), [])
    assert.equal(panel.messages, [{ timeUs, text: "unhomed\narray-20mhz 1" }])
    // Reading the message returns the same bytes, padded with zeros to whole words.
    assert.equal(exchange(frame("01", ID, "00010210")), [
        frame("00", ID, "15010210" + set.slice(32) + "000000"),
    ])
})

test("reports its variant, rejects unknown commands and sends receipts", () => {
    const { exchange } = bench()
    assert.equal(exchange(frame("01", ID, "00010711")), [frame("00", ID, "0101071102000000")])
    // Brightness is not implemented: report 3 with the command and the CRC of its frame.
    for (const packet of ["02010120ffff0000", "00010110", "00018220"]) {
        const request = frame("01", ID, packet)
        const command = packet.slice(4, 8)
        assert.equal(exchange(request), [
            frame("00", ID, `04010300${command}${request.slice(0, 4)}`),
        ])
    }
    const receipted = frame("03", ID, "00018011")
    const crc = receipted.slice(0, 4)
    const receipt = `003f${crc}`
    assert.equal(exchange(receipted), [
        frame("00", ID, receipt),
        frame("00", ID, "0101801108000000"),
    ])
})

test("accepts two packets in one frame, and commands to its service class", () => {
    const { exchange, panel } = bench()
    assert.equal(exchange(frame("01", ID, "0001801100018111")), [
        frame("00", ID, "0101801108000000"),
        frame("00", ID, "0101811115000000"),
    ])
    exchange(frame("05", "6ac5371f00000000", "0200022068690000"))
    assert.is(panel.text, "hi")
    // Commands to a class are never acknowledged.
    assert.equal(exchange(frame("07", "6ac5371f00000000", "0200022068690000")), [])
})

test("ignores frames for other devices or classes, reports, damaged, short and large frames, without throwing", () => {
    const { exchange, panel } = bench()
    const set = "0201022068690000"
    const good = frame("01", ID, set)
    const damaged = Buffer.from(good, "hex")
    damaged[17]! ^= 1
    for (const hex of [
        frame("01", "2e9107c35a18e467", set),
        frame("05", "6bc5371f00000000", set),
        frame("00", ID, set),
        damaged.toString("hex"),
        good.slice(0, 38),
        good.slice(0, 10),
        "0000ff" + good.slice(6),
        // A packet longer than its frame.
        frame("01", ID, "f001022068690000"),
    ])
        assert.equal(exchange(hex), [], hex)
    assert.is(panel.messages.length, 0)
    exchange(good)
    assert.is(panel.text, "hi")
})

test("unplugged it is silent and loses its text; plugged in again it restarts, if necessary with another size", () => {
    const { exchange, panel, sent, wait } = bench({ rows: 2, columns: 16 })
    exchange(frame("01", ID, "0201022068690000"))
    wait(1000)
    panel.unplug()
    const before = sent.length
    assert.equal(exchange(frame("01", ID, "00018011")), [])
    wait(3000)
    assert.is(sent.length, before)
    assert.is(panel.text, "")
    panel.plug({ rows: 4, columns: 20 })
    wait(400)
    assert.equal(sent.slice(before), [frame("00", ID, "08000000010700006ac5371f")])
    assert.equal(exchange(frame("01", ID, "00018011")), [frame("00", ID, "0101801104000000")])
    // A request from before unplugging is not answered after it.
    const count = sent.length
    panel.receive(Buffer.from(frame("01", ID, "00018011"), "hex"))
    panel.unplug()
    panel.plug()
    wait(50)
    assert.is(sent.length, count)
})

test.run()
