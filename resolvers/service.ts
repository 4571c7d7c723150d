import type { GraphQLResolveInfo } from 'graphql';
import { bit } from '../loaders/process.ts';
import type { ProcessRow, ServiceRow } from '../native/index.ts';
import { service as table } from '../native/spec/service.ts';
import type { Context } from './context.ts';
import { checkFirst } from './error.ts';
import { type Filter, passing, steps } from './filter.ts';
import { allowed, explain, type Fault, type Gap, gapsOf } from './gaps.ts';
import { serviceId } from './id.ts';
import { order } from './order.ts';
import { cut, markOf, type Page, type Paging } from './page.ts';
import { presentProcesses } from './process.ts';
import { type Need, needs, PAGE, type Within } from './selection.ts';
import { filterFacts } from './service-fact.ts';

const CGROUP = bit('cgroup');
const NODE: Within = { type: 'Service' };
const SUFFIX = '.service';

export interface ServiceArguments extends Paging {
  readonly filter?: Filter | null | undefined;
}

export interface ServicePage extends Page<ServiceRow> {
  readonly gaps: readonly Gap[];
}

const permittedNeeds = (context: Context, info: GraphQLResolveInfo, within?: Within): Need => {
  const need = needs(info, within);
  return { ...need, mask: need.mask & allowed(table, context.access) };
};

/** One that vanished while it was read is in no list. */
const isThere = ({ faults }: ServiceRow): boolean => !faults?.some(({ status }) => status === 'GONE');

/** Neither is one without what is selected non-null. */
const exists = (row: ServiceRow, { required }: Need): boolean => (row.have & required) === required && isThere(row);

const nameOf = (row: ServiceRow): string => row.name!;

/** Throws where what is asked cannot be answered. */
export function checkServices({ first, filter }: ServiceArguments, context: Context): void {
  checkFirst(first);
  steps(filter, filterFacts, table, context);
}

/** What costs a question each is asked only of those that are shown. */
export async function services(
  _: unknown,
  args: ServiceArguments,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ServicePage> {
  checkFirst(args.first);
  const need = permittedNeeds(context, info, PAGE);
  const at = Date.now();
  const tests = steps(args.filter, filterFacts, table, context);
  const isWhole = tests.length === 0 && args.first == null && args.after == null;
  const { service } = context.loaders;
  const { rows: all, fault } = await service.listed(isWhole ? need.mask : 0);
  const rows = await passing(all, tests, service.ensure.bind(service), context, isThere);
  const by = order<ServiceRow>([], {}, nameOf, table, context);
  const page = cut(rows, by, args, markOf('services', args, context), context);
  const nodes = await present(page.rows, need, context);
  const gaps = fault === null ? [] : [{ field: 'nodes', ...explain(fault as Fault, table, 'units') }];
  return { totalCount: rows.length - page.rows.length + nodes.length, nodes, pageInfo: page.pageInfo, gaps, at };
}

async function present(rows: readonly ServiceRow[], need: Need, context: Context): Promise<ServiceRow[]> {
  await context.loaders.service.ensure(rows, need.mask);
  const there = rows.filter((row) => exists(row, need));
  await context.budget.take(table, there);
  return there;
}

async function byName(name: string, need: Need, context: Context): Promise<ServiceRow | null> {
  const row = await context.loaders.service.named(name, need.mask);
  return row && ((await present([row], need, context))[0] ?? null);
}

/** By its name, with or without the ending that tells a service from other units. */
export const service = (_: unknown, { name }: { name: string }, context: Context, info: GraphQLResolveInfo) =>
  byName(name.endsWith(SUFFIX) ? name : name + SUFFIX, permittedNeeds(context, info), context);

export const serviceByName = ({ name }: { readonly name: string }, context: Context, info: GraphQLResolveInfo) =>
  byName(name, permittedNeeds(context, info, NODE), context);

/** The service that something was done to. */
export const serviceAs = (name: string, context: Context, info: GraphQLResolveInfo) =>
  byName(name, permittedNeeds(context, info), context);

/** The service that a process is part of, the first where it is part of several. */
export function serviceOf(row: ProcessRow, _: unknown, context: Context, info: GraphQLResolveInfo) {
  const [name] = row.serviceNames ?? [];
  return name === undefined ? null : byName(name, permittedNeeds(context, info), context);
}

/** A pid that somebody else tells may be of another process by now: only one that is part of the service is meant. */
export async function mainProcess(row: ServiceRow, _: unknown, context: Context, info: GraphQLResolveInfo) {
  if (row.pid === null) return null;
  const [process] = await context.loaders.process.at([row.pid], CGROUP);
  if (!process?.serviceNames?.includes(row.name!)) return null;
  return (await presentProcesses([process], context, info))[0] ?? null;
}

export async function processes(row: ServiceRow, _: unknown, context: Context, info: GraphQLResolveInfo) {
  const members = (await context.loaders.process.membersByService()).get(row.name!) ?? [];
  const rows = members.map((member) => member.row);
  return presentProcesses(rows, context, info);
}

export const id = (row: ServiceRow, _: unknown, context: Context): string => serviceId(context.host, row.name!);
export const gaps = (row: ServiceRow, _: unknown, context: Context, info: GraphQLResolveInfo) =>
  gapsOf(table, row, context, info);
