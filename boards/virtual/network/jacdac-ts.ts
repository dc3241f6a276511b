// The package jacdac-ts with its types. Its ES module cannot open sockets in Node and its exports hide the types (1.33.7).

import { createRequire } from "node:module"
import type * as types from "../../../node_modules/jacdac-ts/dist/types/src/jacdac"

export type {
    ButtonServer,
    JDBus,
    JDService,
    JDServiceServer,
    Packet,
    RotaryEncoderServer,
    Scheduler,
} from "../../../node_modules/jacdac-ts/dist/types/src/jacdac"

export const jacdac = createRequire(import.meta.url)("jacdac-ts") as typeof types
