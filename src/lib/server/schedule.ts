import type { Became } from '#lib/domain/notices.ts';
import { describeError, isDatabaseAway, log } from '#lib/server/log.ts';
import type { Post } from '#lib/server/mail.ts';
import { asOperator, asPerson } from '#lib/server/session.ts';
import { putFactsAtHand } from '#lib/server/work/facts-at-hand.ts';
import { reviewOfTheDay } from '#lib/server/work/night.ts';
import {
	becameOf,
	mailOf,
	settleNotice,
	takeNotice,
	triedAgain,
	unwritten,
	writeNotice,
	type Taken
} from '#lib/server/work/notices.ts';

/** By this name the audit keeps what nobody did by hand. */
const NAME = 'schedule';

const LOOK_MS = 15_000;

export interface Schedule {
	/** Begins nothing more, and finishes what runs for at most `longestMs`: what is cut then is not half stored. */
	stop(longestMs: number): Promise<void>;
}

export interface Scheduled {
	/** Null: no mail server is set. */
	post: Post | null;
	/** The address people type, for the links in mails. */
	origin: string;
	lookMs?: number;
}

/**
 * Looks every few seconds whether the day's review is due, keeps facts at hand, and sends what is queued. Several servers
 * may do so beside each other, and a failure ends only that look: the database says what was done.
 */
export function startSchedule({ post, origin, lookMs = LOOK_MS }: Scheduled): Schedule {
	let stopping = false;
	let wake = () => undefined as void;
	const running = (async () => {
		while (!stopping) {
			await attempt('facts', () =>
				putFactsAtHand(
					(work) => asOperator(NAME, (tx, { today }) => work(tx, today)),
					() => stopping
				)
			);
			await attempt('review', async () => {
				const reviewed = await asOperator(NAME, (tx, { operator, today }) =>
					reviewOfTheDay(tx, operator, today)
				);
				if (typeof reviewed === 'object') log.info({ ...reviewed }, 'the day’s flags are stored');
			});
			await attempt('notices', () => sendNotices({ post, origin }, () => stopping));
			if (stopping) break;
			await new Promise<void>((resolve) => {
				const waiting = setTimeout(resolve, lookMs);
				wake = () => {
					clearTimeout(waiting);
					resolve();
				};
			});
		}
	})();
	return {
		stop: async (longestMs) => {
			stopping = true;
			wake();
			let cut: NodeJS.Timeout | undefined;
			const longest = new Promise<void>((resolve) => (cut = setTimeout(resolve, longestMs)));
			await Promise.race([running, longest]);
			clearTimeout(cut);
			post?.close();
		}
	};
}

async function attempt(job: string, work: () => Promise<unknown>): Promise<void> {
	try {
		await work();
	} catch (error) {
		log[isDatabaseAway(error) ? 'warn' : 'error']({ job, error: describeError(error) }, 'tried again soon');
	}
}

/** What was sent and could not be written down, because the database went away in between. */
const unsettled = new Map<string, Became>();

/** Sends what is due, one after another, until nothing is, or the mail server is away, or it is asked to stop. */
export async function sendNotices(
	{ post, origin }: Pick<Scheduled, 'post' | 'origin'>,
	stopped: () => boolean = () => false
): Promise<void> {
	for (const [noticeId, became] of unsettled) await settled(noticeId, became);
	while (!stopped()) {
		const taken = await asOperator(NAME, (tx, { today }) => takeNotice(tx, today));
		if (!taken) return;
		const { became, away } = await sent(taken, post, origin).catch((error: unknown) => {
			log.error({ noticeId: taken.notice.noticeId, error: describeError(error) }, 'a notice was not written');
			const why = { subject: null, reason: 'NOT_WRITTEN', answer: null } as const;
			return { became: triedAgain(taken.notice, why), away: false };
		});
		unsettled.set(taken.notice.noticeId, became);
		await settled(taken.notice.noticeId, became);
		if (away) return;
	}
}

async function settled(noticeId: string, became: Became): Promise<void> {
	await asOperator(NAME, (tx) => settleNotice(tx, noticeId, became));
	unsettled.delete(noticeId);
}

async function sent(
	taken: Taken,
	post: Post | null,
	origin: string
): Promise<{ became: Became; away: boolean }> {
	const { notice, today, isDemo } = taken;
	const { accountId } = notice;
	const letter = await asPerson({ accountId, today }, (tx) => writeNotice(tx, taken, origin));
	if (typeof letter === 'string') return { became: unwritten(notice, letter), away: false };
	const { subject } = letter;
	if (isDemo) return { became: { state: 'kept', subject, reason: 'DEMO' }, away: false };
	if (!post) return { became: { state: 'kept', subject, reason: 'NO_MAIL_SERVER' }, away: false };
	const mail = mailOf(notice, letter, origin);
	if (mail === 'NOT_AN_ADDRESS')
		return { became: { state: 'failed', subject, reason: mail, answer: null }, away: false };
	const posted = await post.send(mail);
	return { became: becameOf(notice, subject, posted), away: posted.state === 'not now' && posted.away };
}
