// Measures the CPU time of a plain Node program that writes bytes to a loopback socket; another
// process discards them.

import { spawn } from "node:child_process"
import { once } from "node:events"
import { connect } from "node:net"

const SINK = `require("node:net").createServer(s => s.resume()).listen(0, "127.0.0.1", function () { console.log(this.address().port) })`
const ROUNDS = 5

/**
 * @param length of each write
 * @param count of writes
 * @returns MB per second of CPU time, best of some rounds
 */
export async function loopbackRate(length: number, count: number): Promise<number> {
    const sink = spawn(process.execPath, ["-e", SINK], {
        stdio: ["ignore", "pipe", "inherit"],
    })
    try {
        const [port] = (await once(sink.stdout, "data")) as [Buffer]
        const socket = connect(Number(port.toString()), "127.0.0.1")
        await once(socket, "connect")
        const bytes = Buffer.alloc(length, 0x5a)
        let best = 0
        for (let round = 0; round < ROUNDS; round++) {
            const before = process.cpuUsage()
            for (let i = 0; i < count; i++) if (!socket.write(bytes)) await once(socket, "drain")
            const { user, system } = process.cpuUsage(before)
            best = Math.max(best, (length * count) / (user + system))
        }
        socket.destroy()
        return best
    } finally {
        sink.kill()
    }
}
