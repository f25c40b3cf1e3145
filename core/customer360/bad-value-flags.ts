/** Which of Stitch's findings says that a column's value is bad. One bad address spoils all of its parts. */
export const badValueFlags: Readonly<Record<string, string>> = {
  given_name: 'blv_given_name',
  surname: 'blv_surname',
  email: 'blv_email',
  phone: 'blv_phone',
  address: 'blv_address',
  address2: 'blv_address',
  city: 'blv_address',
  state: 'blv_address',
  postal: 'blv_address',
};
