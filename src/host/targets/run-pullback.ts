// A pullback on any target.

import type { ReceivedRun } from "../run/run-target"
import type { PullbackRequest } from "../sequence/pullback-request"
import type { RunIo } from "./run-io"
import type { Target } from "./target"
import { runTcpPullback } from "./tcp/tcp-pullback"
import { runVirtualPullback } from "./virtual/virtual-pullback"

/** @throws RunError when the cart refuses, fails, or does not finish */
export function runPullback(
    target: Target,
    request: PullbackRequest,
    io: RunIo
): Promise<ReceivedRun> {
    return target.kind === "tcp"
        ? runTcpPullback(target, request, io)
        : runVirtualPullback(target, request, io)
}
