// A virtual cart for many cases: booted and homed once, then set back to that moment before each case.

import { bytecodeOf } from "../../host/targets/virtual/bytecode"
import { randomOf, VirtualCart } from "../../host/targets/virtual/virtual-cart"
import { vesselOriginMm } from "../../host/targets/virtual/virtual-pullback"
import type { HostIdentity } from "../../host/link/host-identity"
import type { RunListener } from "../../host/run/run-receiver"
import type { SpiTransfer } from "../../../boards/virtual/spi/spi-bridge"
import { snapshotOf } from "../../../boards/virtual/snapshot"
import * as machine from "../../shared/cart-machine"
import { EVENT_STATE } from "../../shared/codes"
import type { Event, Status } from "../../shared/protocol/messages"
import { LINK_KEY_SETTING } from "../../shared/protocol/session"
import type { Case } from "./case"
import { REQUESTS } from "./requests"

const HOME_LIMIT_US = 30e6
/** Between two control loops, with nothing on the bus. */
const QUIET_US = 3000
/** Echoes are not judged here. */
const SILENCE = { line: (_z: number, _line: number, out: Float32Array) => void out.fill(0.001) }
const KEY = Uint8Array.from({ length: 32 }, (_, i) => 7 * i + 3)
/** The ECG beats all the time; only a gated pullback listens to it. */
const HEART_RATE_PER_MIN = 75
/** Positions of the sled when the board is switched on: near the home switch, so that homing takes little time. */
const START_MM = 2

/** The keys and numbers of the host; all that changes is in fields, for the snapshot. */
class CampaignIdentity implements HostIdentity {
    readonly insecure = false
    private sessions = 0
    private drawn = 0

    keyOf(): Uint8Array {
        return KEY
    }

    random(count: number): Uint8Array {
        return randomOf(++this.drawn)(count)
    }

    nextSession(): number {
        return ++this.sessions
    }
}

/** Where a case begins. */
export type Base = "unhomed" | "ready"

export class CampaignCart {
    cart!: VirtualCart
    /** Takes part in the case that runs. */
    listener: RunListener = {}
    onSpi: ((transfer: SpiTransfer) => void) | undefined
    /** The state that the cart reported last. */
    state = machine.STATE_BOOT
    private readonly bases = new Map<Base, () => void>()

    private constructor() {}

    /** @param program bytecode of another firmware than the built one */
    static async boot(
        { cart: seed, frontEnd }: Pick<Case, "cart" | "frontEnd">,
        program?: string
    ): Promise<CampaignCart> {
        const made = new CampaignCart()
        const { catheterId } = REQUESTS[frontEnd]
        made.cart = await VirtualCart.boot({
            bytecodeFile: program ?? bytecodeOf(catheterId),
            seed,
            catheterId,
            identity: new CampaignIdentity(),
            deploy: { [LINK_KEY_SETTING]: Buffer.from(KEY).toString("hex") },
            echo: SILENCE,
            vesselOriginMm: vesselOriginMm(REQUESTS[frontEnd]),
            heartRatePerMin: HEART_RATE_PER_MIN,
            keeps: "nothing",
            sled: { sled: { screwErrorUmPp: 0, startPositionMm: START_MM + (seed % 8) / 4 } },
            onSpi: transfer => made.onSpi?.(transfer),
            listener: () => made.through(),
        })
        await made.prepare()
        return made
    }

    /** Passes messages on to the listener of the case. */
    private through(): RunListener {
        return {
            onStatus: status => {
                this.state = status.state
                this.listener.onStatus?.(status)
            },
            onEvent: event => {
                if (event.code === EVENT_STATE) this.state = event.value
                this.listener.onEvent?.(event)
            },
            onRefusal: refusal => this.listener.onRefusal?.(refusal),
            onEnd: end => this.listener.onEnd?.(end),
            onDescription: description => this.listener.onDescription?.(description),
        }
    }

    private async prepare(): Promise<void> {
        const { cart } = this
        await this.reach(machine.STATE_UNHOMED)
        await this.save("unhomed")
        cart.session.command(machine.COMMAND_HOME)
        await this.reach(machine.STATE_READY)
        await this.save("ready")
    }

    private async reach(state: number): Promise<void> {
        const { cart } = this
        if (!(await cart.until(() => this.state === state, cart.clock.nowUs + HOME_LIMIT_US)))
            throw new Error(
                `the cart did not reach "${machine.STATE_NAMES[state]}"; its state is "${machine.STATE_NAMES[this.state]}"`
            )
    }

    private async save(base: Base): Promise<void> {
        const { cart } = this
        const { board, clock } = cart
        await cart.until(() => false, clock.nowUs + QUIET_US)
        board.settle()
        const vm = board.controller
        if (!vm) throw new Error("the board has no power")
        const restoreVm = vm.save()
        const restoreObjects = snapshotOf(this)
        this.bases.set(base, () => {
            restoreObjects()
            restoreVm()
        })
    }

    /** Sets everything back to this moment. */
    restore(base: Base): void {
        // The table of bases is reachable itself, and would lose the later ones.
        const { bases } = this
        const all = [...bases]
        bases.get(base)!()
        for (const [name, restore] of all) bases.set(name, restore)
    }

    stop(): void {
        this.cart.board.stopVm()
    }
}

export type { Event, Status }
