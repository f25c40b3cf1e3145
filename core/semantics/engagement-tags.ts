import { group } from './tag.ts';

const periods =
  'last-1-day last-3-days last-5-days last-7-days last-14-days last-30-days last-3-months last-6-months last-9-months last-12-months lifetime';
const counted = (what: string): string =>
  periods
    .split(' ')
    .map((period) => `email-${what}-${period}:number`)
    .join(' ');

/** Tags of e-mail, texts and loyalty programmes (reference §2.4). */
export const engagementTags = [
  ...group(
    'email-event',
    'brand* email*:string event-datetime*:datetime event-type* send-id* campaign-id campaign-name region treatment-id treatment-name',
  ),
  ...group(
    'email-summary',
    `brand* email*:string ${counted('opens')} ${counted('clicks')} email-open-rate-lifetime:number
    email-click-rate-lifetime:number engagement-frequency-last-15-months engagement-status-last-15-months
    first-email-click-datetime:datetime first-email-open-datetime:datetime first-email-send-datetime:datetime
    most-recent-email-click-datetime:datetime most-recent-email-open-datetime:datetime
    most-recent-email-send-datetime:datetime most-recent-email-optin-datetime:datetime
    most-recent-email-optout-datetime:datetime most-recent-bounce-datetime:datetime region`,
  ),
  ...group(
    'email-opt',
    'email*:string is-email-opted-in*:boolean brand email-frequency email-program language-preference region',
  ),
  ...group(
    'sms-opt',
    'phone*:string is-sms-opted-in*:boolean brand language-preference region sms-frequency sms-program',
  ),
  ...group(
    'loy',
    `loyalty-id* is-opted-in*:boolean latest-opted-in-datetime*:datetime birthdate:date email:string current-balance:number
    current-balance-expiration-datetime:datetime current-tier current-tier-start-datetime:datetime
    current-tier-expiration-datetime:datetime latest-opt-out-datetime:datetime latest-update-datetime:datetime
    lifetime-balance:number next-tier sign-up-channel sign-up-method spend-to-keep-tier:number spend-to-next-tier:number`,
  ),
  ...group(
    'loy-event',
    `loyalty-id* event-datetime*:datetime event-type* accrual-amount:number accrual-datetime:datetime award-id
    current-point-balance:number previous-point-balance:number current-tier previous-tier email:string event-description
    expiration-datetime:datetime order-datetime:datetime order-id redemption-amount:number redemption-datetime:datetime
    reservation-datetime:datetime reservation-id tier-start-datetime:datetime tier-end-datetime:datetime`,
  ),
];
