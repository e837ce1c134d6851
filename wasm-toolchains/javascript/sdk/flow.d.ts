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

  /** A namespace or an agent that was not granted. */
  export class RefusedError extends Error {}
  /** The agent that was called, or the memory, answered with an error. */
  export class CallError extends Error {}
  /** There is no memory and no other agent: this is not inside flow, but in a test. */
  export class UnavailableError extends Error {}

  /**
   * Durable memory: values by key, in namespaces that outlive the agent, where
   * agent.toml grants them: `[permissions] memory = ["orders"]`. What an agent
   * remembers while it handles a record lasts if the record succeeds. Nothing
   * here waits, so `await` is not needed.
   */
  export const memory: {
    /** The value of `key`; undefined where it is absent. */
    get<T = unknown>(namespace: string, key: string): T | undefined;
    /** Sets `key`, for `expiresIn` (milliseconds, or a `Duration`) where that is given. */
    set(namespace: string, key: string, value: unknown, options?: { expiresIn?: number | Duration }): void;
    /** Deletes `key`; false where there was none. */
    delete(namespace: string, key: string): boolean;
    /** All keys that begin with `prefix`, in order. */
    keys(namespace: string, prefix?: string): string[];
    /** Sets `key` if it now holds `expected` (undefined: if it is absent); false where it holds something else. */
    compareAndSet(namespace: string, key: string, expected: unknown, value: unknown): boolean;
  };

  /**
   * Hands a record to the agent of that name and returns its answer; an
   * array where it gives several records, or none. agent.toml grants agents:
   * `[permissions] agents = ["tokenize"]`.
   */
  export function call<T = unknown>(agent: string, record: unknown): T;
}
