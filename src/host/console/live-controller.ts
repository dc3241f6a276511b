// Responsible for: when a live picture has been watched for long enough: frames, a capture, Ctrl-C.
// Not for: any target (virtual-live.ts, tcp-live.ts) or the page (../console).

import type { LiveView } from "./live-view"
import type { RingDownController } from "./ring-down-controller"
import type { RunListener } from "../run/run-receiver"
import type { RunError } from "../errors"
import type { LiveClient } from "../run/live-client"

/** Who sits before the picture and decides when it ends. */
export class LiveController {
    private left = false
    private captureAsked = false
    private watcher: LiveClient | undefined

    /**
     * @param frames so many, and then it is over; undefined: until {@link leave}
     * @param capture whether a ring-down reference is captured first
     * @param tell gets a failure that somebody may read on the page meanwhile
     * @param onNews told with each frame
     */
    constructor(
        private readonly view: LiveView,
        private readonly ringDown: RingDownController,
        private readonly frames: number | undefined,
        private readonly capture: boolean,
        private readonly tell: (line: string) => void,
        private readonly onNews: () => void
    ) {}

    /** To be told after the view. */
    readonly listener: RunListener = {
        onFrame: () => {
            if (this.capture && !this.captureAsked) {
                this.captureAsked = true
                const why = this.ringDown.capture()
                if (why) this.view.say(why)
            }
            this.onNews()
        },
    }

    watch(watcher: LiveClient): void {
        this.watcher = watcher
    }

    /** Live, or standby. @returns why not */
    transmit(on: boolean): string | undefined {
        if (!this.watcher) return "The request was not taken: the cart has not come yet."
        return this.watcher.transmit(on)
    }

    /** Somebody has seen enough. */
    leave(): void {
        this.left = true
    }

    get isOver(): boolean {
        if (this.left) return true
        if (this.frames === undefined || this.view.frames < this.frames) return false
        // The capture may take more frames than were asked for.
        return this.ringDown.told().capturing === null
    }

    failed(failure: RunError): void {
        if (this.frames !== undefined) this.left = true
        else this.tell(`${failure.message}\nThe console shows it until Ctrl-C is pressed.`)
    }
}

/** A listener that tells several, in their order. */
export function listenTogether(...all: readonly RunListener[]): RunListener {
    const names = new Set(all.flatMap(one => Object.keys(one)))
    const together: Record<string, (...told: never[]) => void> = {}
    for (const name of names) {
        const listening = all.map(
            one => one[name as keyof RunListener] as ((...told: never[]) => void) | undefined
        )
        together[name] = (...told) => {
            for (const hear of listening) hear?.(...told)
        }
    }
    return together
}
