-- Grain: one row a valid ticket that was asked and answered: its last valid call-back, with the ticket's dimensions.
with valid as (
    select callback.*, row_number() over (partition by site_id, ticket_id order by asked_at desc) as place
    from callback_rows as callback join mart.site as site on site.site = callback.site_id and callback.asked_at <= site.as_of
    where coalesce(reached, contacted is not null or solved is not null or satisfaction is not null)
)
select
    ticket.site, ticket.ticket_id, ticket.unit, ticket.community, ticket.lane, ticket.category, ticket.channel,
    ticket.class, ticket.entry, ticket.steward, ticket.tier, ticket.highest_tier, ticket.outcome,
    valid.asked_at,
    valid.asked_at::date as asked_day,
    strftime(valid.asked_at, '%H') as asked_hour,
    valid.contacted,
    valid.solved,
    valid.satisfaction is not null as is_rated,
    weight.weight,
    coalesce(valid.satisfaction in ('dissatisfied', 'very_dissatisfied'), false) as is_dissatisfied
from valid
join made_tickets as ticket on ticket.site = valid.site_id and ticket.ticket_id = valid.ticket_id
left join setting.weight as weight on weight.site_id = valid.site_id and weight.answer = valid.satisfaction
where valid.place = 1
