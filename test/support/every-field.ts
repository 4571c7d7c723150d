import { type GraphQLFieldMap, type GraphQLNamedType, getNamedType, isInterfaceType, isObjectType } from 'graphql';

export interface Wanted {
  /** How many levels of objects. */
  readonly depth: number;
  /** What fields of Query must be told; those that must and are not here are left out. */
  readonly given: Readonly<Record<string, string>>;
  /** Whether a field is asked for; all are, unless this says otherwise. */
  readonly isWanted?: (coordinate: string) => boolean;
}

/** Every field of a type, and what is in it, as it stands in an operation. */
export function everyField(type: GraphQLNamedType, wanted: Wanted): string {
  if (!isObjectType(type) && !isInterfaceType(type)) return '';
  const { depth, given, isWanted = () => true } = wanted;
  return Object.values(type.getFields() as GraphQLFieldMap<unknown, unknown>)
    .filter(({ name }) => isWanted(`${type.name}.${name}`))
    .map(({ name, args, type: of }) => {
      const isTold = args.every((arg) => !`${arg.type}`.endsWith('!') || arg.defaultValue !== undefined || arg.default);
      const told = type.name === 'Query' ? given[name] : undefined;
      if (!isTold && told === undefined) return '';
      const inner = getNamedType(of);
      if (!isObjectType(inner) && !isInterfaceType(inner)) return name;
      const below = depth > 0 ? everyField(inner, { ...wanted, depth: depth - 1 }).trim() : '';
      return below && `${name}${told ?? ''} { ${below} }`;
    })
    .join(' ');
}
