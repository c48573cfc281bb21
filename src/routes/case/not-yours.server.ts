export const NOT_YOURS = 'Cases are kept by those who manage practice, in their own teams.';
