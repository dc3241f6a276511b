// The target of a command: the virtual board in this process, or a real cart over TCP.

import type { TcpTarget } from "./tcp/tcp-carts"
import type { VirtualTarget } from "./virtual/virtual-pullback"

export type Target = VirtualTarget | TcpTarget
export type { TcpTarget, VirtualTarget }

/** The target as the console shows it. */
export function targetName(target: Target): string {
    return target.kind === "virtual" ? "virtual board" : `cart ${target.host}`
}
