/** The port with some of its methods replaced; all others are the port's own, those that it will gain one day too. */
export function decorate<Port extends object>(port: Port, methods: Partial<NoInfer<Port>>): Port {
  // Not a proxy of the port itself: one that is frozen would insist on its own methods.
  return new Proxy(Object.create(port) as Port, {
    get(_, name) {
      if (Object.hasOwn(methods, name)) return Reflect.get(methods, name);
      const value: unknown = Reflect.get(port, name, port);
      return typeof value === "function" ? value.bind(port) : value;
    },
    set: (_, name, value) => Reflect.set(port, name, value, port),
  });
}
