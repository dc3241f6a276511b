// `ivus live` over TCP, with a virtual board in real time.

import { existsSync } from "node:fs"
import { connect } from "node:net"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { FaultyNetwork } from "../../boards/virtual/network/faulty-network"
import type { VmSocket } from "../../boards/virtual/vm/device-vm"
import { RealClock, SYSTEM_CLOCK } from "../../boards/virtual/vm/real-clock"
import { randomOf } from "../../src/host/targets/virtual/virtual-cart"
import { fixedIdentity } from "../../src/host/link/host-identity"
import { LINK_INSECURE_SETTING } from "../../src/shared/protocol/session"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { ivus } from "../support/cli/ivus"
import { folder, freePort } from "../support/cli/scratch"

const test = suite("ivus live over TCP")

/** A socket without a peer. */
const noop = (): void => undefined
const UNUSED_SOCKET: VmSocket = {
    ...{
        host: "",
        port: 0,
        tls: false,
        onData: noop,
        onEnd: noop,
        accept: noop,
    },
    ...{ refuse: noop, send: noop, end: noop },
}

/** Connects the board's socket to a TCP port of this machine. */
function bridge(vm: VmSocket, port: number): void {
    const socket = connect(port, "127.0.0.1", () => vm.accept())
    socket.on("data", data => vm.send(Uint8Array.from(data)))
    socket.on("close", () => vm.end())
    socket.on("error", () => vm.refuse("no host"))
    vm.onData = bytes => void socket.write(Uint8Array.from(bytes))
    vm.onEnd = () => void socket.end()
}

/**
 * A virtual board without a key, homed in virtual time, that then connects over TCP in real time.
 */
async function boardOverTcp(port: number): Promise<{ stop: () => void }> {
    const clock = new RealClock(SYSTEM_CLOCK, 200)
    let stopped = false
    let runOverTcp = false
    const network = {
        wrap: (vm: VmSocket): VmSocket => {
            if (!runOverTcp) return vm
            bridge(vm, port)
            return UNUSED_SOCKET
        },
    }
    const bench = await BenchCart.boot(REQUEST, {
        ...{ ...EVEN_SLED, clock },
        identity: fixedIdentity(undefined, randomOf(1)),
        deploy: { [LINK_INSECURE_SETTING]: true },
        network: () => network as unknown as FaultyNetwork,
    })
    await bench.home()
    runOverTcp = true
    bench.cart.stopPinging()
    bench.cart.cutLink()
    clock.begin()
    void clock.run(() => stopped, Infinity).then(() => bench.cart.board.stopVm())
    return { stop: () => void (stopped = true) }
}

test("accepts a cart without a key with --insecure, prints INSECURE, and counts every line", async () => {
    const port = await freePort()
    const board = await boardOverTcp(port)
    try {
        const out = join(folder, "tcp.png")
        const {
            status,
            out: text,
            err,
        } = await ivus(
            ...["live", "--target", "tcp:127.0.0.1", "--port", `${port}`],
            ...["--frames", "20", "--insecure", "--console-port", "0"],
            ...["--references", join(folder, "none"), "--out", out, "--json"]
        )
        assert.is(status, 0, err)
        const summary = JSON.parse(text)
        assert.is(summary.insecure, true)
        assert.ok(summary.frames >= 20)
        assert.is(summary.lines.received + summary.lines.missing, summary.lines.fired)
        assert.ok(existsSync(out))
    } finally {
        board.stop()
    }
})

test.run()
