import { describe, expect, it } from 'vitest';
import { snakeCase } from '../../../../core/feeds/columns.ts';
import { tagsNamed } from '../../../../core/feeds/discovery/tag-names.ts';

const tagOf = (field: string) => tagsNamed({ field, column: snakeCase(field) })[0]?.tag;
const tagsOf = (fields: string) => fields.split(', ').map(tagOf);

describe('the name of a field', () => {
  it.each([
    ['given-name', 'Vorname, Prénom, roepnaam, Imię, Křestní jméno, Nome próprio, Fornavn, Prenume, 名, имя'],
    ['surname', "Nachname, Nom d'usage, Primer Apellido, Příjmení, Familienaam, Soyadı, Nazwisko, 姓, Фамилия"],
    [
      'full-name',
      'Nombre y Apellidos, Nome completo, Vor- und Nachname, Ad Soyad, 姓名, 氏名, 성명, ФИО, الاسم الكامل',
    ],
    [
      'birthdate',
      'Geburtsdatum, Né(e) le, DT_NASC, Fecha Nac., Data ur., geb.datum, Doğum Tarihi, 生年月日, تاريخ الميلاد',
    ],
    [
      'phone',
      'Tél. portable, Móvil, Telemóvel, Direct Line, Contact No., Tlf, 電話番号, 手机号, Телефон, Tel. mobil, Mobilnr., טלפון נייד',
    ],
    ['email', 'Adresse mail, Correo electrónico, E-posta, emailadres, 邮箱, メールアドレス'],
    ['address', 'Straßenname, Adresse postale, LOGRADOURO, Complete Address, straatnaam, Ulica, 地址, 住所, Адрес'],
    ['city', 'Población, Miejscowość, LIB_COMMUNE, Localité, Gemeente, Obec, 市区町村, Город'],
    ['postal', 'C.P., Code postal, PSČ, Kod pocztowy, Postnr, Irányítószám, 郵便番号, Индекс'],
    ['company', 'Account Name, Raison sociale, Ragione sociale, Firma, 会社名'],
  ])('says %s in many languages and scripts', (tag, fields) => {
    expect(tagsOf(fields)).toEqual(fields.split(', ').map(() => tag));
  });

  it('may say whose or where it is besides', () => {
    expect(tagsOf('pt_first, pt_last, Applicant Name, voter_last_name, nome_cliente, res_street_address')).toEqual(
      'given-name, surname, full-name, surname, given-name, address'.split(', '),
    );
  });

  it('may be qualified, cut short, or say how it is to be written', () => {
    expect(
      tagsOf('Legal Forename, Learner Surname, PAX_NAME, Default Address Company, res_city_desc, First_Name__c'),
    ).toEqual('given-name, surname, full-name, company, city, given-name'.split(', '));
    expect(
      tagsOf('Forename(s), Date of birth (dd/mm/yyyy), DOB (MM/DD/YYYY), brth_dt, mob_no, strt_addr, gname'),
    ).toEqual('given-name, birthdate, birthdate, birthdate, phone, address, given-name'.split(', '));
  });

  it('may be asked for as forms do, with a remark, as one of alternatives, or with its turn within it', () => {
    expect(
      tagsOf(
        "First Name/Initials, Company / Organisation, Town or City, Child's Last Name, Name of Insured, Which city are you based in?, What is your date of birth?, Family name (as in passport)",
      ),
    ).toEqual('given-name, company, city, surname, full-name, city, birthdate, surname'.split(', '));
    expect(
      tagsOf('E-mail 1 - Value, Phone 1 - Value, Organization 1 - Name, Address 1: Street 1, Phone Numbers, tel_home'),
    ).toEqual('email, phone, company, address, phone, phone'.split(', '));
    expect(tagsOf('First Name/Last Name, E-mail 1 - Type, City of birth?')).toEqual([
      'full-name',
      undefined,
      undefined,
    ]);
  });

  it('may be cut to the width that a system has for it', () => {
    expect(tagsOf('FRST_NM, SURNM, GNDR_CD, PHN_NBR, ADDR_LN_1, PSTL_CD, ORT01, PSTLZ, TELF1, SMTP_ADDR')).toEqual(
      'given-name, surname, gender, phone, address, postal, city, postal, phone, email'.split(', '),
    );
  });

  it('may be written in one word with what name it is', () => {
    expect(tagsOf('NAMEFRST, NAMELAST, namefirst, name_given')).toEqual([
      'given-name',
      'surname',
      'given-name',
      'given-name',
    ]);
  });

  it('says nothing of the person where it is of somebody or something else', () => {
    expect(
      tagsOf(
        'Father Name, NOME_MAE, Imię matki, user_name, product_name, customer_id, 母亲姓名, Spouse First Name, former_surname, file_first_name, first_and_surname',
      ),
    ).toEqual(Array(11).fill(undefined));
  });
});
