// The half of the reducers that lives in the engine: KurrentDB's words, events, and states on their way in and out.
// It is evaluated before any script, and keeps its own hold of what a script could change.
(() => {
  "use strict";
  delete Math.random;
  const { Promise } = globalThis;
  for (const name of ["Promise", "AsyncDisposableStack", "Atomics", "SharedArrayBuffer", "queueMicrotask"]) delete globalThis[name];
  const { parse, stringify, rawJSON } = JSON;
  const { getPrototypeOf, keys, hasOwn, is, create } = Object;
  const { isArray } = Array;
  const { isFinite, isSafeInteger } = Number;
  const plainProto = Object.prototype;

  // A decimal that no number holds. It can be kept and shown as it is written, not calculated with.
  class Exact {
    #text;
    constructor(text) { this.#text = text; }
    [Symbol.toPrimitive]() {
      throw new RangeError(`${this.#text} has more digits than a script's number holds: it can be kept, not calculated with`);
    }
    toJSON() { return rawJSON(this.#text); }
    static written(value) { return value.#text; }
  }
  Object.defineProperty(BigInt.prototype, "toJSON", { value() { return rawJSON(this.toString()); } });

  const digits = (text) => text.replace(/e.*$/i, "").replace(/[-.]/g, "").replace(/^0+|0+$/g, "");
  const number = (text, value) => {
    if (/^-?[0-9]+$/.test(text)) return isSafeInteger(value) ? value : BigInt(text);
    return isFinite(value) && digits(text) === digits(String(value)) ? value : new Exact(text);
  };
  // JSON whose numbers do not all survive in a double.
  const careful = (text) =>
    parse(text, (_, value, { source }) => (typeof value === "number" && source !== undefined ? number(source, value) : value));

  // An event as the store gives it for a fold: nothing but its payload was read.
  class Event {
    constructor(data, eventType, sequenceNumber) {
      this.data = data;
      this.eventType = eventType;
      this.sequenceNumber = sequenceNumber;
    }
    get body() { return this.data; }
    get isJson() { return true; }
  }
  // An event with all that is known of it.
  class Whole extends Event {
    #more;
    constructor(data, eventType, sequenceNumber, more) {
      super(data, eventType, sequenceNumber);
      this.#more = more;
    }
    get isJson() { return this.#more.isJson; }
    told(name) { return this.#more[name]; }
  }
  const MORE = [
    "bodyRaw", "metadata", "metadataRaw", "streamId", "created", "eventId", "category", "globalPosition",
    "correlationId", "causationId", "actor",
  ];
  const { told } = Whole.prototype;
  delete Whole.prototype.told;
  for (const name of MORE) {
    Object.defineProperty(Whole.prototype, name, { get() { return told.call(this, name); } });
    Object.defineProperty(Event.prototype, name, {
      get() { throw new Error(`event.${name} is read from the store only where the text of the script or expression names it`); },
    });
  }
  const more = (isJson, bodyRaw, metadataRaw, rest) => ({
    isJson, bodyRaw, metadataRaw, ...rest,
    get metadata() { return metadataRaw === undefined ? undefined : careful(metadataRaw); },
  });

  // Nobody waits for promises here.
  const settled = (value) => {
    if (value instanceof Promise) throw new Error("it is asynchronous: its answer must be there at once");
    return value;
  };

  // What is wrong with a value as JSON, and where; undefined where nothing is.
  const flaw = (value, depth) => {
    switch (typeof value) {
      case "number":
        if (isFinite(value)) return undefined;
        return [is(value, NaN) ? "is NaN, as counting with a field gives it that is not there" : `is ${value}`];
      case "function": case "symbol": return [`is a ${typeof value}`];
      case "object": break;
      default: return undefined;
    }
    if (value === null) return undefined;
    if (depth > 100) return ["is nested deeper than 100 levels, or holds itself"];
    if (isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        const found = value[i] === undefined ? ["is undefined"] : flaw(value[i], depth + 1);
        if (found) { found.push(`[${i}]`); return found; }
      }
      return undefined;
    }
    const proto = getPrototypeOf(value);
    if (proto !== plainProto && proto !== null) {
      return value instanceof Exact ? undefined : [`is a ${proto.constructor?.name ?? "thing of its own kind"}`];
    }
    for (const key of keys(value)) {
      const found = flaw(value[key], depth + 1);
      if (found) { found.push(`.${key}`); return found; }
    }
    return undefined;
  };
  const out = (value) => {
    const found = value === undefined ? ["is undefined"] : flaw(value, 0);
    if (found) throw new TypeError(`state${found.slice(1).reverse().join("")} ${found[0]}: a state is made of JSON values`);
    return stringify(value);
  };

  // Whether JSON says all there is to know of a value: no part of it stands in two places, none is out of JSON's reach.
  const plain = (value, seen) => {
    switch (typeof value) {
      case "number": return isFinite(value) && !is(value, -0);
      case "string": case "boolean": return true;
      case "object": break;
      default: return false;
    }
    if (value === null) return true;
    if (seen.has(value)) return false;
    seen.add(value);
    if (isArray(value)) return value.every((item) => plain(item, seen));
    return getPrototypeOf(value) === plainProto && keys(value).every((key) => key !== "__proto__" && plain(value[key], seen));
  };
  // Values as a list of nodes that name each other, for what JSON cannot say.
  const pack = (root) => {
    const nodes = [], known = new Map();
    const put = (value) => {
      switch (typeof value) {
        case "number": return isFinite(value) && !is(value, -0) ? value : ["n", is(value, -0) ? "-0" : String(value)];
        case "string": case "boolean": return value;
        case "undefined": return ["u"];
        case "bigint": return ["b", String(value)];
        case "object": break;
        default: throw new TypeError(`a state cannot hold a ${typeof value}`);
      }
      if (value === null) return null;
      if (value instanceof Exact) return ["x", Exact.written(value)];
      if (!known.has(value)) {
        const at = nodes.push(null) - 1;
        known.set(value, at);
        const proto = getPrototypeOf(value);
        if (isArray(value)) nodes[at] = ["a", ...Array.from(value, put)];
        else if (proto === plainProto || proto === null) nodes[at] = [proto ? "o" : "p", ...keys(value).flatMap((key) => [key, put(value[key])])];
        else if (value instanceof Map) nodes[at] = ["m", ...[...value].flatMap(([key, item]) => [put(key), put(item)])];
        else if (value instanceof Set) nodes[at] = ["s", ...[...value].map(put)];
        else throw new TypeError(`a state cannot hold a ${proto.constructor?.name ?? "thing of its own kind"}`);
      }
      return ["r", known.get(value)];
    };
    return stringify([put(root), nodes]);
  };
  const unpack = (text) => {
    const [root, nodes] = parse(text);
    const made = nodes.map(([kind]) => ({ a: () => [], o: () => ({}), p: () => create(null), m: () => new Map(), s: () => new Set() })[kind]());
    const take = (value) => {
      if (!isArray(value)) return value;
      switch (value[0]) {
        case "n": return Number(value[1]);
        case "u": return undefined;
        case "b": return BigInt(value[1]);
        case "x": return new Exact(value[1]);
        default: return made[value[1]];
      }
    };
    nodes.forEach(([kind, ...rest], at) => {
      const node = made[at];
      if (kind === "a") for (const item of rest) node.push(take(item));
      else if (kind === "s") for (const item of rest) node.add(take(item));
      else for (let i = 0; i < rest.length; i += 2) {
        if (kind === "m") node.set(take(rest[i]), take(rest[i + 1]));
        else Object.defineProperty(node, rest[i], { value: take(rest[i + 1]), writable: true, enumerable: true, configurable: true });
      }
    });
    return take(root);
  };
  const save = (value) => (plain(value, new Set()) ? "J" + stringify(value) : "G" + pack(value));
  const load = (text) => (text[0] === "J" ? parse(text.slice(1)) : unpack(text.slice(1)));

  // An expression looks; it must not change the state that goes on being folded, and `=` in place of `==` shall be noticed.
  const refuse = () => { throw new TypeError("an expression looks at state and event, it does not change them; == and === compare"); };
  const guard = {
    get: (target, key) => readonly(target[key]),
    set: refuse, defineProperty: refuse, deleteProperty: refuse, setPrototypeOf: refuse, preventExtensions: refuse,
  };
  const readonly = (value) => (typeof value !== "object" || value === null || value instanceof Exact ? value : new Proxy(value, guard));

  // Runs a script for what it says of itself.
  const define = (make) => {
    const def = { from: [], selector: "", each: false, partition: null, handlers: new Map(), transforms: [] };
    const named = (word, args) => {
      const list = args.length === 1 && isArray(args[0]) ? args[0] : args;
      if (list.length === 0 || list.some((name) => typeof name !== "string" || name === "")) throw new TypeError(`${word} takes names as texts`);
      return list;
    };
    const select = (word, from) => {
      if (def.selector) throw new Error(`${def.selector} and ${word}: a script has one selector`);
      def.selector = word;
      def.from = from.map(([kind, name]) => (kind === "stream" && name.startsWith("$ce-") ? ["category", name.slice(4)] : [kind, name]));
      return chain;
    };
    const handle = (name, handler) => {
      if (name === "$initShared") throw new Error("$initShared: a state that streams share cannot be folded from one stream");
      if (typeof handler !== "function") throw new TypeError(`the handler ${name} is no function`);
      def.handlers.set(name, handler);
    };
    const called = (word, action) => {
      if (typeof action !== "function") throw new TypeError(`${word} takes a function`);
      return action;
    };
    const steps = {
      when(handlers) {
        if (typeof handlers !== "object" || handlers === null) throw new TypeError("when takes an object of handlers");
        for (const name of keys(handlers)) handle(name, handlers[name]);
        return chain;
      },
      foreachStream() { def.each = true; return chain; },
      partitionBy(action) { def.partition = called("partitionBy", action); return chain; },
      transformBy(action) { def.transforms.push([true, called("transformBy", action)]); return chain; },
      filterBy(action) { def.transforms.push([false, called("filterBy", action)]); return chain; },
      outputState: () => chain,
      outputTo: () => chain,
      $defines_state_transform: () => chain,
    };
    const chain = new Proxy(steps, {
      get(target, name) {
        if (hasOwn(target, name)) return target[name];
        throw new Error(`${String(name)} is no step that foldback knows; it knows ${keys(target).join(", ")}`);
      },
    });
    const nothing = () => undefined;
    const words = {
      fromAll: () => select("fromAll", [["all", ""]]),
      fromCategory: (...args) => select("fromCategory", named("fromCategory", args).map((name) => ["category", name])),
      fromCategories: (...args) => select("fromCategories", named("fromCategories", args).map((name) => ["category", name])),
      fromStream: (...args) => select("fromStream", named("fromStream", args).map((name) => ["stream", name])),
      fromStreams: (...args) => select("fromStreams", named("fromStreams", args).map((name) => ["stream", name])),
      options(given) { if (given?.biState) throw new Error("biState: a state that streams share cannot be folded from one stream"); },
      on_event: handle,
      on_any: (handler) => handle("$any", handler),
      // What a projection writes does not change its state.
      emit: nothing, linkTo: nothing, linkStreamTo: nothing, copyTo: nothing, log: nothing,
    };
    make(...WORDS.map((word) => words[word]));
    if (!def.selector) throw new Error("the script selects no events; it begins with fromCategory('…'), fromStream('…') or fromAll()");
    if (def.handlers.size === 0) throw new Error("the script has no handlers; .when({ … }) takes them");
    return def;
  };
  const WORDS = ["fromAll", "fromCategory", "fromCategories", "fromStream", "fromStreams", "options", "on_event", "on_any", "emit", "linkTo", "linkStreamTo", "copyTo", "log"];

  // The fold of one stream.
  const begin = (def) => {
    const init = def.handlers.get("$init");
    let state = init ? settled(init()) : {};
    if (state === undefined) throw new TypeError("$init returns nothing; an object in an arrow function stands in parentheses: () => ({ … })");
    const handlers = [], types = [], slots = new Map();
    const belongs = (event) => {
      const key = settled(def.partition(event));
      if (key === undefined || key === null || key === "") return false;
      if (String(key) === event.streamId) return true;
      throw new Error(`partitionBy puts the event into ${stringify(String(key))}: a partition that is no stream of its own cannot be folded from one stream`);
    };
    const take = (at, event) => {
      if (def.partition && !belongs(event)) return;
      const next = handlers[at](state, event);
      if (next !== undefined) state = settled(next);
    };
    const shown = () => {
      let result = state;
      if (def.transforms.length > 0) result = load(save(state));
      for (const [transform, action] of def.transforms) {
        if (transform) result = settled(action(result)) ?? null;
        else if (settled(action(result)) !== true) result = null;
        if (result === null) break;
      }
      return result;
    };
    return {
      slot(type, handler) {
        if (!slots.has(type)) {
          types.push(type);
          slots.set(type, handlers.push(def.handlers.get(handler)) - 1);
        }
        return slots.get(type);
      },
      step(at, data, version) {
        const next = handlers[at](state, new Event(data, types[at], version));
        if (next !== undefined) state = settled(next);
      },
      wide(at, data, version, rest) { take(at, new Whole(data, types[at], version, rest)); },
      out: () => out(shown()),
      save: () => save(state),
      load(text) { state = load(text); },
      holds: (test, event) => !!settled(test(readonly(shown()), readonly(event))),
      // An expression that only compares cannot change what it looks at.
      plainly: (test, event) => !!test(shown(), event),
      members: (names) => {
        const whole = shown();
        const made = typeof whole === "object" && whole !== null && !isArray(whole) && !(whole instanceof Exact);
        const found = {};
        if (!made) return "";
        for (const name of parse(names)) if (hasOwn(whole, name) && whole[name] !== undefined) found[name] = whole[name];
        return out(found);
      },
    };
  };
  let foreign;
  return {
    words: WORDS.join(", "),
    define, begin, careful, more,
    about: (def) => stringify({
      from: def.from, selector: def.selector, each: def.each, partition: def.partition !== null,
      handlers: [...def.handlers.keys()].map(String),
    }),
    event: (data, type, version, rest) => (rest ? new Whole(data, type, version, rest) : new Event(data, type, version)),
    given(state) { foreign = state; },
    change(path, value) {
      const way = parse(path), last = way.pop();
      let place = foreign;
      for (const key of way) place = place[key];
      if (value === undefined) delete place[last];
      else place[last] = value;
    },
    holds: (test, event) => !!settled(test(readonly(foreign), readonly(event))),
  };
})()
