/** Records of the native interfaces: tasks with their names, ports and messages (Mach); threads that meet (L4). */
import { WaitQueue } from '../objects.ts';
import { record } from '../records.ts';
import { TreeNode } from '../tree.ts';

/** Places in a task's set of special ports. */
export const SPECIAL_PORTS = 4;

/** A task: what the kernel keeps of a domain besides its address space. Domain.task leads here. */
export const Task = record('Task', {
  domain: 'u32',
  /** Its table of names: PortName records, how many there are, and the first free one (0: none; place 0 is never used). */
  names: 'u32',
  capacity: 'u32',
  firstFree: 'u32',
  /** Send rights that its children inherit: ports by number. */
  special: { array: 'u32', length: SPECIAL_PORTS },
});

/** Bits of PortName.type, as MACH_PORT_TYPE_* shifted down. */
export const NameType = { free: 0, send: 1, receive: 2, sendOnce: 4, portSet: 8, deadName: 16 } as const;

/** One name of a task. It holds its port. */
export const PortName = record('PortName', {
  /** The PortObject, or 0 once it is a dead name. */
  port: 'u32',
  /** NameType bits. */
  type: 'u8',
  /** The low byte of the name: a name that was given up does not come back at once. */
  generation: 'u8',
  /** User references to the send right, or to the dead name. */
  references: 'u16',
  /** The next free place. */
  next: 'u32',
});

/** A message queue with one receiver. */
export const PortObject = record('PortObject', {
  /** Names, messages, special ports, requests and waiting threads that need the record. */
  references: 'u32',
  /** The task with the receive right; 0 while that is in a message, or when the port is dead. */
  receiver: 'u32',
  /** While its receive right is in a message: the port that the message is queued at. */
  carriedTo: 'u32',
  dead: 'u8',
  /** For a server's port: its Port record. Requests reach it by system calls only. */
  service: 'u32',
  first: 'u32',
  last: 'u32',
  queued: 'u32',
  limit: 'u32',
  /** Messages that were queued ever. */
  sequence: 'u32',
  senders: { embedded: WaitQueue },
  receivers: { embedded: WaitQueue },
  /** First NameRequest. */
  requests: 'u32',
  /** The port set that it is a member of, with a hold; a set is a PortObject of which only `receivers` is used. */
  set: 'u32',
  /** The MemoryObject whose pager receives here; 0 when nothing of it is mapped. */
  object: 'u32',
});

/** A wish to hear of a port's death: the message is there from the beginning, so that it cannot fail. */
export const NameRequest = record('NameRequest', {
  next: 'u32',
  task: 'u32',
  name: 'u32',
  /** The port to notify, by a send-once right. */
  notify: 'u32',
  message: 'u32',
});

/** A message in the kernel; its bytes, as the program gave them, follow the record. */
export const QueuedMessage = record('QueuedMessage', {
  next: 'u32',
  /** The right by which it was sent (NameType): it is used up, so that no hold goes with it. */
  destinationType: 'u8',
  /** The right for the answer that it carries: port or 0, and its type. */
  replyType: 'u8',
  /** Further rights that it carries: `name` in its descriptors is a port's address while it is in the kernel. */
  descriptors: 'u16',
  reply: 'u32',
  size: 'u32',
  /** A page that comes out of line, in its only descriptor; 0 for none. It has a hold. */
  frame: 'u32',
});

export const IpcState = {
  idle: 0,
  /** It waits for a message of its `partner`, or of anybody. */
  receiving: 1,
  /** It waits in its partner's queue until that one takes its message. */
  sending: 2,
  /** Its partner copies the message. */
  busy: 3,
  /** Its partner is done with it: `result` says how it went. */
  done: 4,
} as const;

/** What a thread has for L4's interprocess communication. Thread.ipc leads here. */
export const IpcThread = record('IpcThread', {
  thread: 'u32',
  state: 'u32',
  /** Its own number, which the kernel stamps on what it sends. */
  number: 'integer',
  /** Whose message it waits for, or whom it sends to: a number, or ANYBODY. */
  partner: 'integer',
  result: 'u32',
  /** 1 while it waits for its pager's answer to a fault, and what the pager is told of it. */
  faulting: 'u32',
  faultWord: 'integer',
  faultCounter: 'integer',
  /** The number of the thread that is asked about faults in its windows; 0 for none. */
  pager: 'integer',
  /** Who waits to send to it, and its own place in another's queue. */
  firstSender: 'u32',
  lastSender: 'u32',
  nextSender: 'u32',
  previousSender: 'u32',
  queuedAt: 'u32',
  /** What it offers besides words in registers: LongMessage. 0 length: nothing. */
  offers: 'u32',
  sendString: 'integer',
  sendLength: 'integer',
  receiveString: 'integer',
  receiveLength: 'integer',
  sendPage: 'integer',
  sendBase: 'integer',
  receivePage: 'integer',
  /** The same as its program wrote it. */
  descriptor: { array: 'u32', length: 16 },
});

/**
 * A page of a space that was mapped from another's, or to another's; or a page of a memory object, from which those of spaces are
 * mapped. Its holds are on the frame.
 */
export const MapNode = record('MapNode', {
  /** Its place among the nodes of its space or object; the key is the page's address, or its offset. */
  node: { embedded: TreeNode },
  /** Where the root of that tree is kept. */
  home: 'u32',
  /** 0 for a page of a memory object. */
  space: 'u32',
  /** 0 for a page that an object does not have yet. */
  frame: 'u32',
  /** Rights bits of the page's entry; those of a page that is its space's own are that space's affair. Of an object's page: PageState. */
  rights: 'u32',
  /** The node that it was mapped from, 0 for a space's own page; its first child, and its neighbours among children. */
  parent: 'u32',
  child: 'u32',
  next: 'u32',
  previous: 'u32',
});

/** What is known of a memory object's page, beside the accesses that its pager allows (rights bits). */
export const PageState = {
  allowed: 7,
  /** Written since its pager gave it. */
  modified: 16,
  /** Asked of the pager, which has not answered. */
  requested: 32,
  /** The pager has been told that somebody wants more than is allowed. */
  unlocking: 64,
  /** The pager cannot give it. */
  failed: 128,
} as const;

/** What the kernel keeps of a memory object while something of it is mapped: a cache of its pages. */
export const MemoryObject = record('MemoryObject', {
  /** The port of its pager, with a hold. */
  port: 'u32',
  /** Regions that show it. */
  regions: 'u32',
  /** Tree of MapNode by offset. */
  pages: 'u32',
  /** Threads that wait for what its pager does. */
  waiters: { embedded: WaitQueue },
});

/** A part of a space's windows in use: it shows a memory object, or is a page that came in a message (object 0). */
export const WindowRegion = record('WindowRegion', {
  /** Its place among the regions of its space; the key is its start. */
  node: { embedded: TreeNode },
  end: 'integer',
  /** Offset in the object of its first byte. */
  offset: 'integer',
  object: 'u32',
  /** Rights bits. */
  protection: 'u32',
});

/** A place in the directory of thread numbers. A number is the version, and this place. */
export const ThreadPlace = record('ThreadPlace', {
  /** The IpcThread, or the next free place. */
  ipc: 'u32',
  /** The kernel's id of the thread, which is never used twice; 0 when the place is free. */
  version: 'u32',
});

/** Counts of what the native interfaces have made, with limits for each (limits.ts). */
export const NativeRoot = record('NativeRoot', {
  ports: 'u32',
  messages: 'u32',
  requests: 'u32',
  mappings: 'u32',
  /** The directory of thread numbers: frames of ThreadPlace records, and the first free place. */
  directory: { array: 'u32', length: 32 },
  directoryFrames: 'u32',
  freePlace: 'u32',
});
