// Program of a cart with a line engine. A cart with an un0rick has its own program, main-un0rick.ts: the code of both
// front ends does not fit one.
// Investigational equipment, not for clinical use.

import "./firmware/platform/frequent-names"
import { lineEngineParts } from "./firmware/cart/line-engine-parts"
import { Cart } from "./firmware/cart/cart"
import { openBoard } from "./firmware/platform/open-board"
import { linkSettings } from "./firmware/platform/settings"

const board = await openBoard()
const link = await linkSettings()
const cart = new Cart(board, link, () => lineEngineParts(board))
await cart.run()
