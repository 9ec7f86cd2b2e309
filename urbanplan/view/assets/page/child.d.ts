/** What an element takes: listeners and attributes by name, and children. */
export type Handler = { handle(event: Event): unknown }["handle"];
export type Attributes = Record<string, string | number | boolean | null | undefined | Handler>;
export type Child = Node | string | number | null | undefined | readonly Child[];
