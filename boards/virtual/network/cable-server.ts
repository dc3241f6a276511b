// The Jacdac cable of a virtual board on a TCP port, as `devs devtools` offers a real one: each frame after a byte with its length.

import { createServer, type Server, type Socket } from "node:net"
import type { JacdacCable } from "../jacdac-cable"

/** The port of `devs devtools`, and so the default of jacdac-ts. */
export const CABLE_PORT = 8082
/** Bytes of a frame with an empty packet; a shorter one is ignored. */
const FRAME_MIN = 16

/**
 * Plugs each program that connects to the port into the cable. The board should run in real time.
 * @param port 0 for a free one
 * @returns the server once it listens, on this machine only
 */
export async function serveCable(cable: JacdacCable, port = CABLE_PORT): Promise<Server> {
    const server = createServer(socket => connect(cable, socket))
    await new Promise<void>((resolve, reject) => {
        server.once("error", reject)
        server.listen(port, "127.0.0.1", resolve)
    })
    return server
}

function connect(cable: JacdacCable, socket: Socket): void {
    const plug = cable.plug(frame => {
        socket.write(Buffer.concat([Uint8Array.of(frame.length), frame]))
    })
    let received = Buffer.alloc(0)
    socket.on("data", bytes => {
        received = Buffer.concat([received, bytes])
        while (received.length > received[0]!) {
            const end = 1 + received[0]!
            if (end > FRAME_MIN) plug.send(received.subarray(1, end))
            received = received.subarray(end)
        }
    })
    socket.on("error", () => socket.destroy())
    socket.on("close", () => plug.unplug())
}
