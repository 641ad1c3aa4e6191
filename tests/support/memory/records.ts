import type { CachedAnswer, CaptureSession, CaptureSessions, NotedAnswer, PendingCallback, PendingCallbacks, RegisterCache, RegisterHealth } from '../../../gateways/records/port.ts';

export class MemoryPendingCallbacks implements PendingCallbacks {
  readonly all = new Map<string, PendingCallback>();
  async put(pending: PendingCallback) { this.all.set(pending.requestId, pending); }
  async get(requestId: string) { return this.all.get(requestId) ?? null; }
  async due(now: string) { return [...this.all.values()].filter((each) => each.deadline < now); }
  async remove(requestId: string) { this.all.delete(requestId); }
}

export class MemoryRegisterCache implements RegisterCache {
  readonly all = new Map<string, CachedAnswer>();
  async get(key: string, now: string) {
    const cached = this.all.get(key);
    return cached === undefined || cached.expiresAt <= now ? null : cached;
  }
  async put(key: string, answer: CachedAnswer) { this.all.set(key, answer); }
  async removeStream(stream: string) {
    const keys = [...this.all].flatMap(([key, answer]) => (answer.stream === stream ? [key] : []));
    for (const key of keys) this.all.delete(key);
    return keys.length;
  }
}

export class MemoryRegisterHealth implements RegisterHealth {
  readonly all = new Map<string, NotedAnswer[]>();
  async note(register: string, answer: NotedAnswer) {
    const noted = this.all.get(register) ?? [];
    if (noted.some((each) => each.requestId === answer.requestId)) return;
    this.all.set(register, [...noted, answer].slice(-5));
  }
  async latest(register: string) { return this.all.get(register) ?? []; }
}

export class MemoryCaptureSessions implements CaptureSessions {
  readonly all = new Map<string, CaptureSession>();
  async remember(sessionId: string, session: CaptureSession) {
    const kept = this.all.get(sessionId) ?? session;
    this.all.set(sessionId, kept);
    return kept;
  }
  async get(sessionId: string) { return this.all.get(sessionId) ?? null; }
}
