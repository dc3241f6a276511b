// A virtual board without a key that is prepared in virtual time and then connects over TCP in real time.

import { connect } from "node:net"
import type { FaultyNetwork } from "../../../boards/virtual/network/faulty-network"
import type { VmSocket } from "../../../boards/virtual/vm/device-vm"
import { RealClock, SYSTEM_CLOCK } from "../../../boards/virtual/vm/real-clock"
import { fixedIdentity } from "../../../src/host/link/host-identity"
import { randomOf } from "../../../src/host/targets/virtual/virtual-cart"
import { LINK_INSECURE_SETTING } from "../../../src/shared/protocol/session"
import { BenchCart, EVEN_SLED, REQUEST } from "./bench-cart"

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

/** Connects the board's socket to a TCP port of this machine. @returns a function that cuts the connection */
function bridge(vm: VmSocket, port: number): () => void {
    const socket = connect(port, "127.0.0.1", () => vm.accept())
    socket.on("data", data => vm.send(Uint8Array.from(data)))
    socket.on("close", () => vm.end())
    socket.on("error", () => vm.refuse("no host"))
    vm.onData = bytes => void socket.write(Uint8Array.from(bytes))
    vm.onEnd = () => void socket.end()
    return () => void socket.destroy()
}

export interface BoardOverTcp {
    readonly bench: BenchCart
    /** Cuts the connection; the board tries again every second. */
    cut(): void
    stop(): void
}

/**
 * Boots a board and prepares it in virtual time; from then on it connects to this port in real time.
 * @param prepare by default homes the sled
 */
export async function boardOverTcp(
    port: number,
    prepare: (bench: BenchCart) => Promise<void> = bench => bench.home()
): Promise<BoardOverTcp> {
    const clock = new RealClock(SYSTEM_CLOCK, 0)
    let stopped = false
    let runOverTcp = false
    let cut = (): void => undefined
    const network = {
        wrap: (vm: VmSocket): VmSocket => {
            if (!runOverTcp) return vm
            cut = bridge(vm, port)
            return UNUSED_SOCKET
        },
    }
    const bench = await BenchCart.boot(REQUEST, {
        ...{ ...EVEN_SLED, clock },
        identity: fixedIdentity(undefined, randomOf(1)),
        deploy: { [LINK_INSECURE_SETTING]: true },
        network: () => network as unknown as FaultyNetwork,
    })
    await prepare(bench)
    runOverTcp = true
    bench.cart.stopPinging()
    bench.cart.cutLink()
    clock.begin()
    void clock.run(() => stopped, Infinity).then(() => bench.cart.board.stopVm())
    return { bench, cut: () => cut(), stop: () => void (stopped = true) }
}
