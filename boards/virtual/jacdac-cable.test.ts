// The Jacdac cable: order and time of frames, and the cable on a TCP port.
import { connect, type AddressInfo } from "node:net"
import { once } from "node:events"
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { JacdacCable } from "./jacdac-cable"
import { serveCable } from "./network/cable-server"
import { reportFrame } from "./vm/jacdac-frame"
import { VirtualClock } from "./vm/virtual-clock"

const test = suite("Jacdac cable")

const ID = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
const frame = (n: number, length = 4): Uint8Array =>
    reportFrame(ID, 1, n, new Uint8Array(length).fill(n))

function run(clock: VirtualClock): void {
    const untilUs = clock.nowUs + 1e5
    while (clock.step(untilUs));
}

test("each device hears the frames of all others in their order, none of its own, after the time of their bits", () => {
    const clock = new VirtualClock()
    const cable = new JacdacCable(clock)
    const heard: [string, number, number][] = []
    const [a, b] = ["a", "b", "c"].map(name =>
        cable.plug(bytes => heard.push([name, bytes[14]!, clock.nowUs]))
    )
    a!.send(frame(1))
    b!.send(frame(2, 100))
    run(clock)
    // 20 and 116 bytes of 10 us, each after 100 us.
    assert.equal(heard, [
        ["b", 1, 300],
        ["c", 1, 300],
        ["a", 2, 1560],
        ["c", 2, 1560],
    ])
})

test("an unplugged device hears nothing, and a sender may use its buffer again", () => {
    const clock = new VirtualClock()
    const cable = new JacdacCable(clock)
    const heard: Uint8Array[] = []
    const from = cable.plug(() => assert.unreachable())
    const gone = cable.plug(() => assert.unreachable())
    cable.plug(bytes => heard.push(bytes))
    gone.unplug()
    const bytes = frame(3)
    from.send(bytes)
    bytes.fill(0)
    run(clock)
    assert.equal(heard, [frame(3)])
})

test("on a TCP port frames may arrive in pieces, and too short ones are ignored", async () => {
    const clock = new VirtualClock()
    const cable = new JacdacCable(clock)
    const heard: Uint8Array[] = []
    const cart = cable.plug(bytes => heard.push(bytes))
    const server = await serveCable(cable, 0)
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1")
    const prefixed = (bytes: Uint8Array): Buffer =>
        Buffer.concat([Uint8Array.of(bytes.length), bytes])
    const stream = Buffer.concat([
        prefixed(frame(1)),
        prefixed(new Uint8Array(3)),
        Uint8Array.of(0),
        prefixed(frame(2, 236)),
        prefixed(frame(3)),
    ])
    socket.setNoDelay()
    for (const byte of stream) socket.write(Uint8Array.of(byte))
    while (heard.length < 3) {
        await new Promise(resolve => setImmediate(resolve))
        run(clock)
    }
    assert.equal(heard, [frame(1), frame(2, 236), frame(3)])
    cart.send(frame(4))
    run(clock)
    const [received] = (await once(socket, "data")) as [Buffer]
    assert.equal(received, prefixed(frame(4)))
    socket.destroy()
    server.close()
})

test.run()
