// Plays a sequence on a bench as a technician and the environment would, and records what happened.

import type { CablePort } from "../../../boards/virtual/jacdac-cable"
import { readReports } from "../../../boards/virtual/vm/jacdac-frame"
import type { HostSession } from "../../host/link/host-session"
import type { UnitBench } from "../../../hil-tests/support/bedside/unit-bench"
import * as machine from "../../shared/cart-machine"
import { EVENT_STATE } from "../../shared/codes"
import { SERVICE_CART } from "../../shared/service-table"
import type { Recording } from "../campaign/recording"
import type { Action, UnitFinding } from "./action"
import type { Entry } from "./history"
import { disagreement, disagreementUnplugged } from "./screen-agrees"

/** Event `status_changed` of pullback-cart, without its counter. */
const STATUS_CHANGED = 0x8080
const EVENT_CODE = 0x80ff
/** A screen follows its cart in this time. */
const SHOWN_US = 700_000
/** From the start of a unit to its first screen that is not of its start. */
const UNIT_START_US = 4.5e6
/** A unit that hears no cart says so, and one that hears it again has bound its services. */
const UNHEARD_US = 1.5e6
const PLUGGED_US = 3e6
const NM = 1e6
const UNKNOWN = -1
/** The cart tells its host its status each 100 ms. */
const UNLINKED_US = 250_000
const NETWORK_US = 150

type NewEntry = Entry extends infer E ? (E extends Entry ? Omit<E, "atUs"> : never) : never

export class Technician {
    readonly history: Entry[] = []
    readonly findings: UnitFinding[] = []
    readonly positions: Recording["positions"][number][] = []
    readonly runs: Recording["runs"][number][] = []
    readonly states = new Set<number>()
    private state: number
    private changedUs: number
    private unitSinceUs = -Infinity
    private pluggedUs = -Infinity
    /** When the host last heard the cart. */
    private linkedUs = -Infinity
    private unpluggedUs: number | undefined
    private readonly port: CablePort
    /** What a host does to be there, kept while it says nothing. */
    private readonly awake: Pick<HostSession, "ping" | "consumed">

    /** @param base state of the cart when the sequence begins */
    constructor(
        private readonly bench: UnitBench,
        base: number
    ) {
        this.state = base
        this.changedUs = bench.nowUs
        const { ping, consumed } = bench.host.cart.session
        this.awake = { ping, consumed }
        // A tool on the cart's USB hears its events, whatever the host does.
        this.port = bench.board.cable.plug(frame => this.hear(frame))
        bench.listener = {
            onStatus: status => {
                this.linkedUs = bench.nowUs
                this.positions.push({
                    atUs: bench.nowUs - NETWORK_US,
                    positionMm: status.position_nm / NM,
                    homed: (status.flags & 1) !== 0,
                })
            },
            onEvent: event => {
                if (event.code === EVENT_STATE) this.take(event.value)
            },
            onEnd: end => void this.runs.push({ atUs: bench.nowUs, outcome: end.outcome }),
        }
    }

    /** Undoes what the technician did to bench and host. */
    end(): void {
        this.port.unplug()
        this.bench.listener = {}
        Object.assign(this.bench.host.cart.session, this.awake)
    }

    private note(entry: NewEntry): void {
        this.history.push({ ...entry, atUs: this.bench.nowUs } as Entry)
    }

    private hear(frame: Uint8Array): void {
        for (const { serviceIndex, command, payload } of readReports(frame)) {
            if (serviceIndex !== SERVICE_CART || (command & EVENT_CODE) !== STATUS_CHANGED) continue
            // These events leave out states that last for a moment; those of the link do not.
            if (this.bench.nowUs > this.linkedUs + UNLINKED_US) this.take(payload[0]!)
        }
    }

    /** The cart tells its state. */
    private take(state: number): void {
        if (state === this.state) return
        this.state = state
        this.states.add(state)
        this.changedUs = this.bench.nowUs
        this.note({ kind: "state", state })
    }

    async play(action: Action): Promise<void> {
        await this.act(action)
        this.compare()
    }

    private async act(action: Action): Promise<void> {
        const { bench } = this
        switch (action.do) {
            case "press":
                return this.down(action.button)
            case "release":
                return this.up(action.button)
            case "tap":
                this.down(action.button)
                await bench.wait(action.ms)
                return this.up(action.button)
            case "bounce":
                for (let i = 0; i < action.times; i++) {
                    this.down(action.button)
                    await bench.wait(action.ms)
                    this.up(action.button)
                    await bench.wait(action.ms)
                }
                return
            case "turn":
                return bench.unit.turn(action.clicks)
            case "wait":
                return bench.wait(action.ms)
            case "restart":
                return this.restart(action.which)
            default:
                return this.change(action)
        }
    }

    private down(button: number): void {
        const { bench } = this
        if (this.state === machine.STATE_ARMED) {
            const [speed, length] = bench.screen().large.slice(1).map(Number)
            if (speed && length) this.note({ kind: "armed", speedMmPerS: speed, lengthMm: length })
        }
        this.note({ kind: "down", button })
        bench.press(button)
    }

    private up(button: number): void {
        this.note({ kind: "up", button })
        this.bench.release(button)
    }

    private async restart(which: "unit" | "cart"): Promise<void> {
        this.note({ kind: "restart", which })
        if (which === "cart") {
            this.bench.board.restartProgram()
            // Nothing is known of it until it tells its state again.
            this.state = UNKNOWN
            this.changedUs = Infinity
        } else {
            await this.bench.unit.restart()
            this.unitSinceUs = this.bench.nowUs
        }
    }

    private change(action: Action & { readonly on: boolean }): void {
        const { board, unit, host } = this.bench
        const { on } = action
        switch (action.do) {
            case "estop":
                if (on) board.pressEstop("bedside")
                else board.releaseEstop("bedside")
                return this.note({ kind: "estop", on })
            case "cable":
                if (on) unit.plug()
                else unit.unplug()
                this.unpluggedUs = on ? undefined : this.bench.nowUs
                if (on) this.pluggedUs = this.bench.nowUs
                return this.note({ kind: "cable", on })
            case "host":
                Object.assign(host.cart.session, on ? this.awake : SILENT)
                return this.note({ kind: "host", on })
            case "catheter":
                return board.engine.plug(on ? PLUGGED : { id: "", serial: 0 })
            case "stall":
                this.note({ kind: "stall", on })
                if (on) board.rig.faults.inject("stall", board.clock.nowUs)
                else board.rig.faults.clear("stall", board.clock.nowUs)
        }
    }

    /** Compares the display with the state of the cart, once both had time to agree. */
    private compare(): void {
        const { bench, unpluggedUs } = this
        const nowUs = bench.nowUs
        if (nowUs < this.unitSinceUs + UNIT_START_US) return
        const add = (text: string | undefined): void => {
            if (text !== undefined && !this.findings.some(f => f.text === text))
                this.findings.push({ kind: "display", atUs: nowUs, text })
        }
        if (unpluggedUs !== undefined) {
            if (nowUs > unpluggedUs + UNHEARD_US) add(disagreementUnplugged(bench.screen()))
            return
        }
        if (nowUs < Math.max(this.changedUs + SHOWN_US, this.pluggedUs + PLUGGED_US)) return
        add(disagreement(bench.screen(), this.state))
    }
}

/** A host that says nothing; its session stays open. */
const SILENT = { ping: () => undefined, consumed: () => undefined }
const PLUGGED = { id: "array-20mhz", serial: 1 }
