/**
 * The port with some of its methods replaced; all others are the port's own, those that it will gain one day too. With
 * `override`, this is how a composition stands between the pipeline and one of its adapters.
 */
export function decorated<Port extends object>(port: Port, methods: Partial<NoInfer<Port>>): Port {
  return new Proxy(port, {
    get(target, name) {
      if (Object.hasOwn(methods, name)) return Reflect.get(methods, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
