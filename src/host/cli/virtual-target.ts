// Responsible for: a pullback on the virtual board: cart and host in one process and one virtual time.
// Not for: the board's devices (boards/virtual) or what is done with the lines.

import type { SpiTransfer } from "../../../boards/virtual/spi-bridge"
import type { EchoSource } from "../../../boards/virtual/vessel/vessel"
import { VirtualBoard } from "../../../boards/virtual/virtual-board"
import type { VmSocket } from "../../../boards/virtual/vm/device-vm"
import { ACCEL_NM_S2, PARK_NM, planPullback } from "../../wire/ramp"
import { HostSession, PING_INTERVAL_US } from "../link/host-session"
import { RunReceiver } from "../run/run-receiver"
import {
    type Progress,
    type PullbackRequest,
    type ReceivedRun,
    setupOf,
} from "../run/run-target"
import { RunError, Technician } from "../run/technician"
import type { LinkFault, TimedFault } from "./faults"

/** One way through cable and switch. */
const NETWORK_US = 150
/** The host turns to other work (the progress bar, files) after so many clock steps. */
const STEPS_A_TURN = 4000
/** Homing from the far end takes 35 s, the return 17 s. */
const SLACK_S = 90

export interface VirtualRunOptions {
    readonly request: PullbackRequest
    readonly bytecodeFile: string
    readonly seed: number
    readonly echo: EchoSource
    readonly faults: readonly TimedFault[]
    readonly onSpi?: (transfer: SpiTransfer) => void
    readonly onLog?: (line: string, timeUs: number) => void
    readonly progress: Progress
}

/** Sled position at which the imaged window of this pullback begins: there the vessel's z is 0. */
export function vesselOriginMm(request: PullbackRequest): number {
    const setup = setupOf(request)
    const plan = planPullback(PARK_NM, setup.speed_nm_s, setup.length_nm)
    return plan.window_start_nm / 1e6
}

/**
 * Runs one pullback, from power-up to the sled back at its start.
 * @throws RunError when the cart refuses, fails, or does not come to an end
 */
export async function runVirtualPullback(
    options: VirtualRunOptions
): Promise<ReceivedRun> {
    const chunks: Uint8Array[] = []
    let board: VirtualBoard | undefined
    let peer: VmSocket | undefined
    let sessions = 0
    let linkFault: LinkFault | undefined

    const clock = () => board!.clock
    const session = new HostSession(bytes => {
        const to = peer
        clock().after(NETWORK_US, () => to?.send(bytes))
    })
    const technician = new Technician(
        session,
        setupOf(options.request),
        (us, action) => void clock().after(us, action)
    )
    const receiver = new RunReceiver({
        onHello: () => session.accept(++sessions),
        onStatus: status => technician.onState(status.state),
        onEvent: event => technician.onEvent(event),
        onRefusal: refusal => technician.onRefusal(refusal),
        onLines: (_, bytes) => session.consumed(bytes),
        onEnd: () => technician.onEnd(),
    })
    const receive = (bytes: Uint8Array): void => {
        chunks.push(bytes)
        receiver.push(bytes)
    }
    const onConnect = (socket: VmSocket): void => {
        peer = socket
        session.lost()
        socket.onData = bytes => {
            const fault = linkFault
            if (fault && bytes.length > 1000) linkFault = undefined
            const passed = fault && bytes.length > 1000 ? fault(bytes) : [bytes]
            for (const part of passed)
                clock().after(NETWORK_US, () => receive(part))
        }
        clock().after(NETWORK_US, () => socket.accept())
    }

    board = await VirtualBoard.boot({
        bytecodeFile: options.bytecodeFile,
        seed: options.seed,
        catheter: { id: options.request.catheterId, serial: 1 },
        echo: options.echo,
        vesselOriginMm: vesselOriginMm(options.request),
        onConnect,
        ...(options.onLog && { onLog: options.onLog }),
        ...(options.onSpi && { onSpi: options.onSpi }),
    })
    const ping = (): void => {
        session.ping(clock().nowUs)
        clock().after(PING_INTERVAL_US, ping)
    }
    clock().after(0, ping)
    for (const fault of options.faults)
        clock().at(fault.atS * 1e6, () => {
            if (fault.onLink) linkFault = fault.onLink
            else board?.rig.faults.inject(fault.name, clock().nowUs)
        })

    const limitUs = 1e6 * (SLACK_S + runSeconds(options.request))
    while (!technician.done && !technician.failure) {
        for (let i = 0; i < STEPS_A_TURN; i++) {
            clock().step(limitUs)
            if (technician.done || technician.failure) break
        }
        if (clock().nowUs >= limitUs)
            throw new RunError(
                `The cart did not finish within ${Math.round(limitUs / 1e6)} s of its time; it last was in state ${technician.state}.`
            )
        report(options, receiver)
        await new Promise(resolve => setImmediate(resolve))
    }
    if (technician.failure) throw technician.failure
    receiver.finish()
    board.settle()
    board.stopVm()
    const { ruler } = board.rig
    return {
        receiver,
        capture: Buffer.concat(chunks),
        instruments: {
            name: "virtual ruler, 1 kHz",
            positionMm: tickUs => ruler.positionMm(tickUs),
            speedMmPerS: (tickUs, ms) => ruler.speedMmPerS(tickUs, ms),
            pulses: board.transmit.count,
        },
    }
}

function runSeconds(request: PullbackRequest): number {
    const ramps = (2 * request.speedMmPerS * 1e6) / ACCEL_NM_S2
    return request.lengthMm / request.speedMmPerS + ramps + 2
}

function report(options: VirtualRunOptions, receiver: RunReceiver): void {
    const { request, progress } = options
    const frames = receiver.assembler?.frames.length ?? 0
    const expected =
        (request.lengthMm / request.speedMmPerS) * request.frameRateHz
    if (frames > 0) progress(frames / expected, `pulling, ${frames} frames`)
    else progress(0, receiver.assembler ? "live" : "homing")
}
