/**
 * What an agent for flow may import as `flow`.
 *
 * An agent is a module with `export default function handle(record)`, also async.
 * Records are what JSON has; what JSON lacks travels as `Date`, `Duration`,
 * `Filesize` and `Uint8Array`, both ways. Integers beyond 2^53 are `bigint`. What
 * `handle` returns decides what leaves:
 *
 *     a value             one record
 *     undefined, drop     nothing: the record is dropped
 *     many(a, b)          each as a record
 *     an exception        an error value, with the calls that led to it
 *
 * `console` writes to the log.
 */
declare module "flow" {
  /** What a handler may return and a record may hold. */
  export type Value =
    | null
    | boolean
    | number
    | bigint
    | string
    | Date
    | Duration
    | Filesize
    | Uint8Array
    | Value[]
    | { [key: string]: Value | undefined };

  /** Several records, or none; made by `many`. */
  export class Many<T = unknown> {
    constructor(records: T[]);
    readonly records: T[];
  }

  /** A single iterable that is no string stands for the records in it. */
  export function many<T>(records: Iterable<T>): Many<T>;
  /** Each argument as a record of its own. */
  export function many<T>(...records: T[]): Many<T>;

  /** No record. */
  export const drop: Many<never>;

  /** A span of time that becomes a duration in Nushell; as a number it is milliseconds. */
  export class Duration {
    constructor(nanoseconds: number | bigint);
    static milliseconds(count: number): Duration;
    static seconds(count: number): Duration;
    static minutes(count: number): Duration;
    static hours(count: number): Duration;
    static days(count: number): Duration;
    readonly nanoseconds: number | bigint;
    readonly milliseconds: number;
    readonly seconds: number;
    valueOf(): number;
  }

  /** A number of bytes that becomes a file size in Nushell. */
  export class Filesize {
    constructor(bytes: number | bigint);
    readonly bytes: number | bigint;
    valueOf(): number;
  }

  /** Durable memory, by namespace, where it is granted. Values are anything that JSON can say. */
  export const memory: {
    get<T = unknown>(namespace: string, key: string): Promise<T | undefined>;
    /** `expiresIn`: milliseconds, or a `Duration`. */
    set(namespace: string, key: string, value: unknown, options?: { expiresIn?: number | Duration }): Promise<void>;
    /** False where there was none. */
    delete(namespace: string, key: string): Promise<boolean>;
    /** All keys that begin with `prefix`, in order. */
    keys(namespace: string, prefix?: string): Promise<string[]>;
    /** Sets `key` if it now holds `expected` (undefined: if it is absent). */
    compareAndSet(namespace: string, key: string, expected: unknown, value: unknown): Promise<boolean>;
  };

  /** Calls to other agents, where they are granted. */
  export const peers: {
    call<T = unknown>(agent: string, record: unknown): Promise<T | Many<T>>;
  };
}
