// The session of a cart as seen from another thread than the link's: requests go there as payloads, and the verdict on each burst
// comes from there.

import type { BurstCheck } from "../cart-session"
import { SessionRequests } from "../session-requests"
import type { CartOpened, ToCart } from "./thread-messages"

export class RemoteSession extends SessionRequests implements BurstCheck {
    private open = false
    private insecure = false
    /** Verdicts on the bursts that follow, in order. */
    private trusts: Uint8Array[] = []
    private next = 0
    private consumedNow = 0
    private isReceiving = false

    constructor(private readonly post: (message: ToCart) => void) {
        super()
    }

    get isOpen(): boolean {
        return this.open
    }

    get isInsecure(): boolean {
        return this.insecure
    }

    opened({ isInsecure, serial }: CartOpened): void {
        this.open = true
        this.insecure = isInsecure
        this.serial = serial
    }

    /** Passes bytes on to the receiver, and reports them as taken. */
    pass(bytes: Uint8Array, trusts: Uint8Array, isOpen: boolean, take: () => void): void {
        this.expect(trusts)
        this.open &&= isOpen
        this.isReceiving = true
        take()
        this.isReceiving = false
        this.post({ kind: "taken", bytes: bytes.length, consumed: this.consumedNow })
        this.consumedNow = 0
    }

    /** The connection has ended; what is left of its bytes is a burst that was cut. */
    ended(trusts: Uint8Array): void {
        this.expect(trusts)
        this.open = this.insecure = false
    }

    readonly isTrusted = (): boolean => {
        const verdicts = this.trusts[0]
        if (!verdicts) return false
        const isTrusted = verdicts[this.next++] === 1
        if (this.next >= verdicts.length) {
            this.trusts.shift()
            this.next = 0
        }
        return isTrusted
    }

    /** The session is opened and closed in the link's thread. */
    receive(): void {}

    consumed(bytes: number): void {
        if (this.isReceiving) this.consumedNow += bytes
        else this.post({ kind: "taken", bytes: 0, consumed: bytes })
    }

    reject(reason: number): void {
        this.open = false
        this.post({ kind: "reject", reason })
    }

    protected request(type: number, payload: Uint8Array): void {
        this.post({ kind: "request", type, payload })
    }

    private expect(trusts: Uint8Array): void {
        if (trusts.length > 0) this.trusts.push(trusts)
    }
}
