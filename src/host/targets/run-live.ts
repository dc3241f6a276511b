// A live picture from any target.

import type { LiveController } from "../console/live-controller"
import type { LiveView } from "../console/live-view"
import type { Operator } from "../run/operator"
import type { PullbackRequest } from "../sequence/pullback-request"
import type { Target } from "./target"
import { runTcpLive } from "./tcp/tcp-live"
import { runVirtualLive } from "./virtual/virtual-live"

/** What shows the picture and decides when it ends. */
export interface LiveConsole {
    readonly view: LiveView
    readonly controller: LiveController
    /** Is asked before each motion of the sled. */
    readonly operator: Operator
}

/** @throws RunError when no picture is received, or the cart refuses, fails or leaves */
export function runLive(
    target: Target,
    request: PullbackRequest,
    console: LiveConsole,
    report: (line: string) => void
): Promise<void> {
    return target.kind === "tcp"
        ? runTcpLive(target, request, console, report)
        : runVirtualLive(target, request, console)
}
